/** The style sheets of all that is in the shadow; the build puts their text here. */
declare const __EVENTGLASS_CSS__: string;

const ownCss = `
:host { display: block; height: 420px; }
:host([hidden]) { display: none; }
`;

/** A sheet serves the document alone that it was made in. */
const sheets = new WeakMap<Document, CSSStyleSheet>();

/** Gives a shadow its style sheet: one for all elements of a document, and none that a policy would have to allow. */
export function adoptStyles(root: ShadowRoot): void {
  const page = root.ownerDocument;
  const view = page.defaultView ?? window;
  let sheet = sheets.get(page);
  if (!sheet) {
    sheet = new view.CSSStyleSheet();
    sheet.replaceSync(ownCss + __EVENTGLASS_CSS__);
    registerRowPaper(view);
    sheets.set(page, sheet);
  }
  root.adoptedStyleSheets = [sheet];
}

/** A rule for a property is heard in a document alone, and not in a shadow. */
function registerRowPaper(view: typeof globalThis): void {
  try {
    view.CSS.registerProperty({
      name: '--eventglass-row-paper',
      syntax: '<color>',
      inherits: true,
      initialValue: 'transparent',
    });
  } catch (error) {
    // Another copy of this module has done so.
    const isKnown = error instanceof view.DOMException && error.name === 'InvalidModificationError';
    if (!isKnown) throw error;
  }
}
