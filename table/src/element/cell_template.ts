import type { Cell } from '../grid/cell.js';
import type { TableView } from '../view/table_view.svelte.js';

/**
 * Makes what is in a cell: a text, a node of the page, or nothing. What it gives to `onLeave` is called when that is not shown any
 * more.
 */
export type CellRenderer = (
  cell: Cell,
  onLeave: (run: () => void) => void,
) => string | Node | undefined;

/** `{actor}`: the text of a column. */
const placeholder = /\{([^{}]+)\}/g;
const leadingPlaceholder = /^\s*\{/;

/** Attributes that take addresses: a script must not become one. */
const addressAttributes: ReadonlySet<string> = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'poster',
  'cite',
  'data',
  'background',
  'ping',
  'xlink:href',
]);

const safeProtocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** What stands before the first placeholder of an address says what it leads to. */
const leadingProtocol = /^\s*([a-z][a-z\d+.-]*:)/i;

/** Where the text of an event would be more than text. */
function isCode(name: string): boolean {
  return name.startsWith('on') || name === 'style' || name === 'srcdoc' || name === 'srcset';
}

const codeElements = 'script, style, iframe, object, embed, base, meta, link';

/** They set other attributes, such as addresses, to what theirs say. */
const animations = 'animate, animateMotion, animateTransform, set';

/** A cell in the table that it is of. */
type TemplateCell = Cell & { readonly view: TableView | undefined };

/** The text of the column `name`; `undefined` if there is none of that name. */
function textOf({ row, text, column, view }: TemplateCell, name: string): string | undefined {
  if (name === column.name) return text;
  if (name === 'id') return row.id;
  const other = view?.table.named(name);
  return other && view?.cellText(row, other);
}

function filled(template: string, cell: TemplateCell, write = (text: string) => text): string {
  return template.replaceAll(placeholder, (all, name: string) => {
    const text = textOf(cell, name);
    return text === undefined ? all : write(text);
  });
}

/** An address with texts of an event in it; `undefined` where it leads to something else than a page. */
function filledAddress(template: string, cell: TemplateCell): string | undefined {
  // What the address begins with may be a whole one; anything else is a part of one.
  let isBegin = leadingPlaceholder.test(template);
  const address = filled(template, cell, (text) => {
    const isWhole = isBegin;
    isBegin = false;
    return isWhole ? text : encodeURIComponent(text);
  });
  // What is no address by itself stays within the page's own.
  if (!URL.canParse(address)) return address;
  return safeProtocols.has(new URL(address).protocol) ? address : undefined;
}

function fillElement(element: Element, cell: TemplateCell): void {
  for (const { name, value } of [...element.attributes]) {
    if (!value.includes('{')) continue;
    const address = addressAttributes.has(name);
    const text = address ? filledAddress(value, cell) : filled(value, cell);
    if (text === undefined) element.removeAttribute(name);
    else element.setAttribute(name, text);
  }
}

function refuse(what: string): never {
  throw new TypeError(`eventglass: ${what} in the template of a cell`);
}

function checkAttribute(element: Element, name: string, value: string): void {
  if (!value.includes('{')) return;
  const of = `${name} of <${element.localName}>`;
  if (isCode(name) || element.matches(animations))
    refuse(`the attribute ${of} can't have a column's text`);
  const [, protocol] = leadingProtocol.exec(value) ?? [];
  if (addressAttributes.has(name) && protocol && !safeProtocols.has(protocol.toLowerCase()))
    refuse(
      `a column's text can't be in an address with ${protocol}, which the attribute ${of} has`,
    );
}

/** Throws a TypeError where the text of an event would become code. */
function check(content: DocumentFragment): void {
  for (const element of content.querySelectorAll('*')) {
    if (element.matches(codeElements)) refuse(`<${element.localName}> can't be`);
    for (const { name, value } of element.attributes) checkAttribute(element, name, value);
  }
}

/** What is in a template. Those who write elements by script alone put it into the template itself. */
function contentOf(template: HTMLTemplateElement): DocumentFragment {
  const content = template.content.cloneNode(true) as DocumentFragment;
  if (!content.hasChildNodes())
    content.append(...[...template.childNodes].map((node) => node.cloneNode(true)));
  return content;
}

/**
 * What fills cells by a template of the page as it is now: `{name}` in texts and attributes stands for the text of the column `name`.
 * It is text wherever it comes to stand: templates where it would not be are refused with a TypeError.
 */
export function templateRenderer(
  template: HTMLTemplateElement,
  viewOf: () => TableView | undefined,
): CellRenderer {
  const source = contentOf(template);
  check(source);
  return (cell) => {
    const content = document.importNode(source, true);
    const whole = { ...cell, view: viewOf() };
    const walker = document.createTreeWalker(
      content,
      NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    );
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) fillElement(node, whole);
      else if (node.nodeValue?.includes('{')) node.nodeValue = filled(node.nodeValue, whole);
    }
    return content;
  };
}
