import type { Cell } from '../grid/cell.js';

/** Makes what is in a cell: a text, or a node of the page. What it gives to `onLeave` is called when that is not shown any more. */
export type CellRenderer = (cell: Cell, onLeave: (run: () => void) => void) => string | Node;

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
  'xlink:href',
]);

const safeProtocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Where the text of an event would be more than text. */
function isCode(name: string): boolean {
  return name.startsWith('on') || name === 'style' || name === 'srcdoc' || name === 'srcset';
}

const codeElements = 'script, style, iframe, object, embed, base, meta, link';

/** The text of the column `name`; `undefined` if there is none of that name. */
function textOf({ row, text, column, columns }: TemplateCell, name: string): string | undefined {
  if (name === column.name) return text;
  if (name === 'id') return row.id;
  const other = columns.find((one) => one.name === name);
  return other && row.cells[other.cell];
}

function filled(template: string, cell: TemplateCell, write = (text: string) => text): string {
  return template.replaceAll(placeholder, (all, name: string) => {
    const text = textOf(cell, name);
    return text === undefined ? all : write(text);
  });
}

/** An address with texts of an event in it; `undefined` where it leads to something else than a page. */
function filledAddress(template: string, cell: TemplateCell): string | undefined {
  // Anything but a whole address is a part of one.
  if (!leadingPlaceholder.test(template)) return filled(template, cell, encodeURIComponent);
  const address = filled(template, cell);
  const url = URL.parse(address, document.baseURI);
  return url && safeProtocols.has(url.protocol) ? address : undefined;
}

type TemplateCell = Cell & { readonly columns: readonly Cell['column'][] };

function fillElement(element: Element, cell: TemplateCell): void {
  for (const { name, value } of [...element.attributes]) {
    if (!value.includes('{')) continue;
    const address = addressAttributes.has(name);
    const text = address ? filledAddress(value, cell) : filled(value, cell);
    if (text === undefined) element.removeAttribute(name);
    else element.setAttribute(name, text);
  }
}

/** Throws a TypeError where the text of an event would become code. */
function check(content: DocumentFragment): void {
  for (const element of content.querySelectorAll('*')) {
    const { localName } = element;
    if (element.matches(codeElements))
      throw new TypeError(`eventglass: <${localName}> can't be in the template of a cell`);
    for (const { name, value } of element.attributes) {
      if (isCode(name) && value.includes('{'))
        throw new TypeError(
          `eventglass: the attribute ${name} of <${localName}> can't have a column's text in the template of a cell`,
        );
    }
  }
}

/**
 * What fills cells by a template of the page: `{name}` in texts and attributes stands for the text of the column `name`. It is text
 * wherever it comes to stand: templates where it would not be are refused with a TypeError.
 */
export function templateRenderer(
  template: HTMLTemplateElement,
  columnsOf: () => readonly Cell['column'][],
): CellRenderer {
  check(template.content);
  return (cell) => {
    const content = document.importNode(template.content, true);
    const whole = { ...cell, columns: columnsOf() };
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
