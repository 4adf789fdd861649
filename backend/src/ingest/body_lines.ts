const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line without its end. */
export interface Line {
  /** Counted from 1, empty ones included. */
  readonly number: number;
  readonly bytes: Buffer;
}

/** A line is longer than a line may be. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly line: number;

  constructor(line: number) {
    super(`line ${line} is too long`);
    this.line = line;
  }
}

/**
 * The lines of a body that comes in chunks, however it is cut. Lines end with LF or CRLF, the last one also where the body
 * ends; a byte order mark before the first is left out, and so are empty lines. No more is kept than one line may have.
 */
export class BodyLines {
  readonly #maxLineBytes: number;
  #pieces: Buffer[] = [];
  #byteCount = 0;
  #number = 1;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that end in `chunk`. @throws {LineTooLongError} */
  *add(chunk: Buffer): Generator<Line> {
    let begin = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, begin)) {
      this.#keep(chunk.subarray(begin, end));
      begin = end + 1;
      yield* this.#finish();
    }
    // What is kept must not keep all of the chunk.
    this.#keep(Buffer.from(chunk.subarray(begin)));
  }

  /** The last line, where the body did not end with a line's end. */
  *end(): Generator<Line> {
    yield* this.#finish();
  }

  #keep(piece: Buffer): void {
    this.#byteCount += piece.length;
    // Room for what does not belong to the line: the mark before it, and the CR after it.
    if (this.#byteCount > this.#maxLineBytes + byteOrderMark.length + 1) {
      throw new LineTooLongError(this.#number);
    }
    if (piece.length > 0) this.#pieces.push(piece);
  }

  *#finish(): Generator<Line> {
    let bytes = Buffer.concat(this.#pieces);
    const number = this.#number++;
    this.#pieces = [];
    this.#byteCount = 0;
    if (number === 1 && bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)) {
      bytes = bytes.subarray(byteOrderMark.length);
    }
    if (bytes.at(-1) === carriageReturn) bytes = bytes.subarray(0, -1);
    if (bytes.length > this.#maxLineBytes) throw new LineTooLongError(number);
    if (bytes.some((byte) => !isSpace(byte))) yield { number, bytes };
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === carriageReturn || byte === newline;
}
