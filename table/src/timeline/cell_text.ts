import type { CellValue } from 'eventglass';

/** Text of a cell is cut to this many characters, as the engine does: many times what fits on a line. */
export const maxCellCharacters = 1_024;

// One language, so that the server's rows and the browser's are the same.
const moneyFormat = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 20,
});

/** A year is no thousand and something. */
const numberFormat = new Intl.NumberFormat('en-US', {
  maximumFractionDigits: 20,
  useGrouping: 'min2',
});

/**
 * Control characters, which would be invisible or break the line. The class is spelled with escapes
 * because the characters themselves can't be read.
 */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

function visibleControl(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** `text` with its control characters made visible. */
export function plainText(text: string): string {
  return text.replace(controlCharacters, visibleControl);
}

/** What a cell shows for `value`, which is no time: that is told by the reader's clocks, where it is drawn. */
export function cellText(value: CellValue, isCut: boolean, isMoney: boolean): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return plainText(value) + (isCut ? '…' : '');
  return (isMoney ? moneyFormat : numberFormat).format(value);
}

/** Letters of scripts that are written from right to left. */
const rightToLeftLetters = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g;

/**
 * The direction that most of the letters of `text` have. The first letter, which `dir="auto"` goes by, is
 * often that of a name, and would cut an English sentence about it at its beginning.
 */
export function textDirection(text: string): 'ltr' | 'rtl' {
  const count = text.match(rightToLeftLetters)?.length ?? 0;
  if (count === 0) return 'ltr';
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return count * 2 > letters ? 'rtl' : 'ltr';
}
