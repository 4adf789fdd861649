/** The style sheets of all that is in the shadow; the build puts their text here. */
declare const __EVENTGLASS_CSS__: string;

const ownCss = `
:host { display: block; height: 420px; }
:host([hidden]) { display: none; }
`;

let sheet: CSSStyleSheet | undefined;

/** Gives a shadow its style sheet: one for all elements, and none that a policy would have to allow. */
export function adoptStyles(root: ShadowRoot): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(ownCss + __EVENTGLASS_CSS__);
    registerRowPaper();
  }
  root.adoptedStyleSheets = [sheet];
}

/** A rule for a property is heard in a document alone, and not in a shadow. */
function registerRowPaper(): void {
  try {
    CSS.registerProperty({
      name: '--eventglass-row-paper',
      syntax: '<color>',
      inherits: true,
      initialValue: 'transparent',
    });
  } catch (error) {
    // Another copy of this module has done so.
    if (!(error instanceof DOMException && error.name === 'InvalidModificationError')) throw error;
  }
}
