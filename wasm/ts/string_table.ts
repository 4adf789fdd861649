import { utf8Decoder } from './utf8.js';

/**
 * A string table of a row block (docs/row_block.md): offsets into the UTF-8 bytes that follow them.
 *
 * All of its bytes are decoded at once, when the first string is asked for: a call of the decoder costs more than the few
 * bytes of a cell.
 */
export class StringTable {
  /** Of each string in the bytes, and where the last one ends. */
  readonly #offsets: Uint32Array<ArrayBuffer>;
  #text: string | undefined;
  /** Where in the text strings begin, with the end of the last; `undefined` where that is as in the bytes. */
  #units: Uint32Array | undefined;

  /** `offset` is that of the table in `buffer`, a multiple of 4; `count`, of strings in it. */
  constructor(buffer: ArrayBuffer, offset: number, count: number) {
    this.#offsets = new Uint32Array(buffer, offset, count + 1);
  }

  get(i: number): string {
    const text = (this.#text ??= this.#decode());
    if (this.#units !== undefined) return text.substring(this.#units[i] ?? 0, this.#units[i + 1]);
    return text.substring(this.#offsets[i] ?? 0, this.#offsets[i + 1]);
  }

  /** Bytes of a string. */
  byteLength(i: number): number {
    return (this.#offsets[i + 1] ?? 0) - (this.#offsets[i] ?? 0);
  }

  #decode(): string {
    const { buffer, byteOffset, byteLength } = this.#offsets;
    const bytes = new Uint8Array(buffer, byteOffset + byteLength, this.#offsets.at(-1));
    const text = utf8Decoder.decode(bytes);
    // A character of several bytes has fewer UTF-16 units than bytes: these are all ASCII.
    this.#units = text.length === bytes.length ? undefined : this.#countUnits(bytes);
    return text;
  }

  /** UTF-16 units before each string. */
  #countUnits({ buffer, byteOffset, length }: Uint8Array): Uint32Array {
    const view = new DataView(buffer, byteOffset, length);
    const units = new Uint32Array(this.#offsets.length);
    let at = 0;
    let count = 0;
    for (const [i, end] of this.#offsets.entries()) {
      while (at < end) {
        // Four characters of ASCII at a time, as most are.
        if (at + 4 <= end && (view.getUint32(at) & 0x80808080) === 0) {
          count += 4;
          at += 4;
          continue;
        }
        // Others count at their first byte, with two units where they have four bytes.
        const byte = view.getUint8(at);
        if ((byte & 0xc0) !== 0x80) count += byte < 0xf0 ? 1 : 2;
        at++;
      }
      units[i] = count;
    }
    return units;
  }
}
