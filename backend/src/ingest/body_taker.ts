import { HttpError } from '../http/http_error.js';
import type { EventFormat } from '../writer/event_format.js';
import type { MutationWriter } from '../writer/mutation_writer.js';
import { BodyLines, type Line, LineTooLongError } from './body_lines.js';
import { type IngestLimits, sectionBytes, sectionMutations } from './ingest_limits.js';
import type { IngestReport } from './ingest_report.js';
import { type GoodLine, decodeLine, placeOf } from './line_decoder.js';

export interface BodyTakerOptions {
  readonly writer: MutationWriter;
  readonly format: EventFormat;
  readonly limits: IngestLimits;
  readonly report: IngestReport;
  /** Lines have been read. */
  readonly onMutations: (count: number) => void;
  /** The body is one value, line breaks and all. */
  readonly isOneValue: boolean;
}

/**
 * Takes a body piece by piece: reads its lines, writes them in sections, and reports. Each line is taken or not by itself;
 * those of a section wait for the disk together.
 */
export class BodyTaker {
  readonly #options: BodyTakerOptions;
  readonly #lines: BodyLines;
  #section: GoodLine[] = [];
  #sectionBytes = 0;
  #byteCount = 0;
  #mutationCount = 0;
  #whole: Buffer[] = [];

  constructor(options: BodyTakerOptions) {
    this.#options = options;
    this.#lines = new BodyLines(options.limits.maxLineBytes);
  }

  /** @throws {HttpError} past a limit. @throws {ArchiveError} where nothing can be stored. */
  async add(chunk: Buffer): Promise<void> {
    const { limits, isOneValue } = this.#options;
    this.#byteCount += chunk.length;
    if (isOneValue) {
      if (this.#byteCount > limits.maxLineBytes) throw valueTooLong(limits);
      this.#whole.push(chunk);
      return;
    }
    if (this.#byteCount > limits.maxBodyBytes) throw bodyTooLarge(limits);
    await this.#take(() => this.#lines.add(chunk));
  }

  /** The body is complete: what is left of it is its last line. */
  async end(): Promise<void> {
    if (this.#options.isOneValue) {
      await this.#takeLine({ number: 1, bytes: withoutMark(Buffer.concat(this.#whole)) });
    } else {
      await this.#take(() => this.#lines.end());
    }
    await this.flush();
  }

  /** Writes the lines that have been read whole. */
  async flush(): Promise<void> {
    const lines = this.#section;
    if (lines.length === 0) return;
    this.#section = [];
    this.#sectionBytes = 0;
    const { writer, report } = this.#options;
    const { outcomes } = await writer.write(lines.map(({ change }) => change));
    for (const [i, outcome] of outcomes.entries()) {
      const line = lines[i];
      if (line === undefined) continue;
      if (typeof outcome === 'string') report.count(outcome);
      else report.reject(outcome, () => placeOf(line, outcome.path));
    }
  }

  async #take(read: () => Generator<Line>): Promise<void> {
    try {
      for (const line of read()) await this.#takeLine(line);
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      throw lineTooLong(error.line, this.#options.limits);
    }
  }

  async #takeLine(line: Line): Promise<void> {
    const { format, limits, report, onMutations } = this.#options;
    if (++this.#mutationCount > limits.maxMutations) throw tooManyMutations(limits);
    onMutations(1);
    const decoded = decodeLine(line, format, (field) => report.ignore(field));
    if ('fault' in decoded) {
      report.reject(decoded.fault, decoded.place);
      return;
    }
    this.#section.push(decoded);
    this.#sectionBytes += line.bytes.length;
    if (this.#section.length >= sectionMutations || this.#sectionBytes >= sectionBytes) {
      await this.flush();
    }
  }
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.toString('latin1', 0, 3) === '\xef\xbb\xbf' ? bytes.subarray(3) : bytes;
}

export function bodyTooLarge({ maxBodyBytes }: IngestLimits): HttpError {
  return tooLarge('body_too_large', `a body has at most ${maxBodyBytes} bytes; send it in parts`);
}

function tooManyMutations({ maxMutations }: IngestLimits): HttpError {
  return tooLarge(
    'too_many_mutations',
    `a body has at most ${maxMutations} mutations; send it in parts`,
  );
}

function lineTooLong(line: number, { maxLineBytes }: IngestLimits): HttpError {
  return tooLarge(
    'line_too_long',
    `line ${line} has more than ${maxLineBytes} bytes; a line is one event or mutation`,
  );
}

function valueTooLong({ maxLineBytes }: IngestLimits): HttpError {
  return tooLarge(
    'line_too_long',
    `JSON is one event or mutation of at most ${maxLineBytes} bytes; send several as NDJSON, one a line`,
  );
}

function tooLarge(code: string, message: string): HttpError {
  return new HttpError(413, { code, message });
}
