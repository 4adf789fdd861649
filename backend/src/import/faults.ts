import { maxToldFaults } from './limits.js';

/** A place in a file: both count from 1, columns in bytes. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong at a place. */
export interface Fault extends Place {
  readonly reason: string;
}

/** The data or the schema file can't be used at all; the message is for whoever started the backend. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError';
}

/** Counts faults, and keeps the first of them. */
export class FaultList {
  #count: number;
  readonly #first: Fault[];

  /** Goes on from what was found before. */
  constructor(before?: { readonly count: number; readonly first: readonly Fault[] }) {
    this.#count = before?.count ?? 0;
    this.#first = [...(before?.first ?? [])];
  }

  get count(): number {
    return this.#count;
  }

  /** The first of them, as they are told. */
  get first(): readonly Fault[] {
    return this.#first;
  }

  add({ line, column, reason }: Fault): void {
    this.#count++;
    // A copy: what comes may hold on to the bytes of a whole chunk.
    if (this.#first.length < maxToldFaults) this.#first.push({ line, column, reason });
  }
}

/** What a terminal may take for a command, or turn the text around. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `text` as it may stand in a terminal, cut to `maxLength` characters or so. */
export function printable(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(unprintable, '\u{fffd}');
}

/** `text` as it stands in messages: quoted, and not longer than a line of a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(printable(text, 60));
}

export function faultText({ line, column, reason }: Fault): string {
  return `line ${line}, column ${column}: ${reason}`;
}
