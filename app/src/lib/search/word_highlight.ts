import { rangesOf, type PlainWord } from './plain_words.js';

/** As the style sheet calls it (SearchBar.svelte). */
const name = 'search';

/** Where words are looked for. */
const textCells = `[data-event-id] :is([data-type='text'], [data-type='dictionary'])`;

function textNodeOf(cell: Element): Text | undefined {
  return [...cell.childNodes].find(
    (node): node is Text => node instanceof Text && node.data !== '',
  );
}

/** Marks words in the rows that are drawn, where the browser can: nothing is laid out anew, and no text becomes anything else. */
export function highlightWords(words: readonly PlainWord[]): void {
  if (!('highlights' in CSS)) return;
  if (words.length === 0) {
    CSS.highlights.delete(name);
    return;
  }
  const highlight = new Highlight();
  for (const cell of document.querySelectorAll(textCells)) {
    const node = textNodeOf(cell);
    if (!node) continue;
    for (const word of words) {
      for (const { begin, end } of rangesOf(word, node.data)) {
        highlight.add(
          new StaticRange({
            startContainer: node,
            startOffset: begin,
            endContainer: node,
            endOffset: end,
          }),
        );
      }
    }
  }
  CSS.highlights.set(name, highlight);
}
