// A byte order mark at the front of a value is part of the value.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * A string table of a row block (docs/row_block.md): offsets into the UTF-8 bytes that follow them.
 *
 * All of its bytes are decoded at once, when the first string is asked for: a call of the decoder costs more than the few
 * bytes of a cell.
 */
export class StringTable {
  readonly #view: DataView;
  readonly #offsets: number;
  readonly #count: number;
  #text: string | undefined;
  /** Where in the text strings begin, with the end of the last; `undefined` where that is as in the bytes. */
  #units: Uint32Array | undefined;

  /** `offset` is that of the table in `view`; `count`, of strings in it. */
  constructor(view: DataView, offset: number, count: number) {
    this.#view = view;
    this.#offsets = offset;
    this.#count = count;
  }

  get(i: number): string {
    const text = (this.#text ??= this.#decode());
    if (this.#units !== undefined) return text.substring(this.#units[i] ?? 0, this.#units[i + 1]);
    return text.substring(this.#offset(i), this.#offset(i + 1));
  }

  /** Bytes of a string. */
  byteLength(i: number): number {
    return this.#offset(i + 1) - this.#offset(i);
  }

  #offset(i: number): number {
    return this.#view.getUint32(this.#offsets + 4 * i, true);
  }

  #decode(): string {
    const begin = this.#offsets + 4 * (this.#count + 1);
    const bytes = new Uint8Array(this.#view.buffer, begin, this.#offset(this.#count));
    const text = decoder.decode(bytes);
    // A character of several bytes has fewer UTF-16 units than bytes: these are all ASCII.
    this.#units = text.length === bytes.length ? undefined : this.#countUnits(bytes);
    return text;
  }

  /** UTF-16 units before each string. */
  #countUnits({ buffer, byteOffset, length }: Uint8Array): Uint32Array {
    const view = new DataView(buffer, byteOffset, length);
    const units = new Uint32Array(this.#count + 1);
    let at = 0;
    let count = 0;
    for (let i = 1; i <= this.#count; i++) {
      const end = this.#offset(i);
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
