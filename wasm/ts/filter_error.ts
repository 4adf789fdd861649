import type { RawOpenReport } from './raw_module.js';

/** Why a text is not a filter: what was expected, and where. */
export class FilterError extends Error {
  /** For programs that see errors of several realms. */
  override readonly name = 'FilterError';
  /** The text. */
  readonly filter: string;
  /** Where the faulty part begins in the text, in UTF-16 units; its length where it ends too early. */
  readonly offset: number;
  /** Where the faulty part ends. */
  readonly end: number;
  /** A sentence without its full stop: `expected a number after '>='`. */
  readonly expected: string;

  /** @internal */
  constructor(filter: string, { errorBegin, errorEnd, expected }: RawOpenReport) {
    const offset = toUnits(filter, errorBegin);
    super(`filter, column ${String(offset + 1)}: ${expected}`);
    this.filter = filter;
    this.offset = offset;
    this.end = toUnits(filter, errorEnd);
    this.expected = expected;
  }
}

/** UTF-16 units of the text whose UTF-8 has this many bytes. */
function toUnits(text: string, byteCount: number): number {
  let units = 0;
  let bytes = 0;
  for (const character of text) {
    if (bytes >= byteCount) break;
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    units += character.length;
  }
  return units;
}
