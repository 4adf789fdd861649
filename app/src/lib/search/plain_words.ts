/** What rows of a search have in their text. */
export interface PlainWord {
  readonly text: string;
  /** In quotes, upper and lower case are told apart. */
  readonly isExact: boolean;
}

const token = /"((?:\\.|[^"\\])*)"(?=\s|$)|([^\s"():<>=-][^\s"():<>=]*)(?=\s|$)|\s+/suy;
const keywords = new Set(['AND', 'OR', 'NOT']);

/** The words that a search consists of; none where it says more than that, as with columns or alternatives. */
export function plainWords(search: string): readonly PlainWord[] {
  const words: PlainWord[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < search.length) {
    const [, exact, word] = token.exec(search) ?? [undefined];
    if (token.lastIndex === 0) return [];
    if (word !== undefined && keywords.has(word)) return [];
    if (word !== undefined) words.push({ text: word, isExact: false });
    if (exact) words.push({ text: exact.replaceAll(/\\(.)/gsu, '$1'), isExact: true });
  }
  return words;
}

/** Places of a text, in UTF-16 units. */
export interface TextRange {
  readonly begin: number;
  readonly end: number;
}

/** More of them in one cell tell no more. */
const maxRanges = 50;

/** Where a text has a word. */
export function rangesOf(word: PlainWord, text: string): readonly TextRange[] {
  const literal = word.text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  // These flags ignore case as the filter language does (docs/filter.md).
  const pattern = new RegExp(literal, word.isExact ? 'gu' : 'giu');
  const ranges: TextRange[] = [];
  for (const { index, 0: found } of text.matchAll(pattern)) {
    ranges.push({ begin: index, end: index + found.length });
    if (ranges.length === maxRanges) break;
  }
  return ranges;
}
