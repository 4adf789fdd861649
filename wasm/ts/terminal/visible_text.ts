import { eastAsianWidth } from 'get-east-asian-width';

/**
 * What a terminal obeys or nobody sees: control characters (ESC and C1 among them), directions, what has no width, line and
 * paragraph separators, halves of characters.
 */
const HIDDEN = String.raw`\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`;

/** Marks on one letter that are drawn: more of them would cover the lines around. Scripts need three at most. */
const MAX_MARKS = 4;

const hiddenCharacters = new RegExp(`[${HIDDEN}]|(?<=\\p{M}{${MAX_MARKS}})\\p{M}`, 'gu');

/** Says that a symbol is to be drawn in colour, which terminals take for a column or not. */
const pictureSelector = /(?<=\p{Extended_Pictographic})\ufe0f/gu;

const mark = /^\p{M}$/u;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `\x1b`, `\u202e`, `\u{e0001}`. */
function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return shortEscapes[character] ?? `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** `text` on one line, with what can't be seen escaped: nothing in it moves a cursor or hides. */
export function visibleText(text: string): string {
  return text.replace(pictureSelector, '').replace(hiddenCharacters, escaped);
}

/** JSON text that means the same, with what can't be seen escaped as JSON has it. */
export function visibleJson(json: string): string {
  return json.replace(hiddenCharacters, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

function characterWidth(character: string): number {
  return mark.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}

const narrow = /^[\x20-\x7e]*$/;

/** Columns of a terminal that a visible text takes. */
export function textWidth(text: string): number {
  if (narrow.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The begin of a visible text that takes no more than `width` columns, with an ellipsis where something is left out. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  let cut = '';
  let left = width - 1;
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    cut += character;
  }
  return `${cut}…`;
}

/** UTF-16 units that hold more than `width` columns of any text: letters of two units with all their marks. */
export function unitsFor(width: number): number {
  return 2 * (width + 1) * (1 + MAX_MARKS);
}
