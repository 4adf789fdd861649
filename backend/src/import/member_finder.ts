const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, colon, comma] = ['"', '\\', ':', ','].map(code);
const [openBrace, closeBrace, openBracket, closeBracket] = ['{', '}', '[', ']'].map(code);

/** Bytes of a name that are looked at. */
const maxNameBytes = 4_096;

/** Finds the array that is a member of the object which a file consists of, piece by piece. */
export class MemberFinder {
  /** `undefined`: the first member that is an array of objects. */
  readonly #wanted: string | undefined;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** The string that stands last in the object itself, as far as it was read. */
  #text: number[] = [];
  /** The name of the member whose value comes next. */
  #name: string | undefined;
  /** A bracket has opened the value of `#name`. */
  #isInCandidate = false;

  constructor(wanted: string | undefined) {
    this.#wanted = wanted;
  }

  /** The name of the member that has been found last. */
  get name(): string | undefined {
    return this.#name;
  }

  /** The offset of the first item, or right after the bracket; -1 where it is not there yet. */
  find(bytes: Buffer, at: number): number {
    for (let i = at; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (this.#isInCandidate && byte > 32) {
        this.#isInCandidate = false;
        if (byte === openBrace) return i;
      }
      const isOpened = this.#step(byte);
      if (!isOpened || this.#name === undefined) continue;
      if (this.#wanted === undefined) this.#isInCandidate = true;
      else if (this.#name === this.#wanted) return i + 1;
    }
    return -1;
  }

  /** Goes on behind the end of the array, up to the end of the object; answers the offset after it. */
  passRest(bytes: Buffer, at: number): number {
    // The bracket that ended the array.
    if (this.#depth === 2) this.#depth = 1;
    for (let i = at; i < bytes.length; i++) {
      if (this.#depth === 0) return i;
      this.#step(bytes[i] as number);
    }
    return bytes.length;
  }

  /** True for a bracket that opens the value of a member. */
  #step(byte: number): boolean {
    if (this.#isInString) {
      this.#stepInString(byte);
    } else if (byte === quote) {
      this.#isInString = true;
      if (this.#depth === 1) this.#text = [];
    } else if (byte === colon && this.#depth === 1) {
      this.#name = nameOf(this.#text);
    } else if (byte === comma && this.#depth === 1) {
      this.#name = undefined;
    } else if (byte === openBrace || byte === openBracket) {
      this.#depth++;
      return byte === openBracket && this.#depth === 2;
    } else if (byte === closeBrace || byte === closeBracket) {
      this.#depth--;
    }
    return false;
  }

  #stepInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) {
      this.#isInString = false;
      return;
    }
    if (this.#depth === 1 && this.#text.length < maxNameBytes) this.#text.push(byte);
  }
}

function nameOf(bytes: readonly number[]): string | undefined {
  try {
    return JSON.parse(`"${Buffer.from(bytes).toString()}"`) as string;
  } catch {
    return undefined;
  }
}
