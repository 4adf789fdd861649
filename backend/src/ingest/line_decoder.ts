import { findSyntaxFault, findValue, placeInText } from '../json/json_places.js';
import type { Change } from '../writer/change.js';
import type { EventFormat } from '../writer/event_format.js';
import type { Line } from './body_lines.js';
import type { Place } from './ingest_report.js';
import { LineFault, readChange } from './posted_change.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A line that can't be taken: why, and how to find the character at fault. */
interface FaultyLine {
  readonly fault: { readonly code: string; readonly message: string };
  readonly place: () => Place;
}

/** What a line asks for, and its text, in which what is refused later can be found. */
export interface GoodLine {
  readonly number: number;
  readonly text: string;
  readonly change: Change;
}

/** Reads a line: UTF-8, JSON, and values by the schema. */
export function decodeLine(
  { number, bytes }: Line,
  format: EventFormat,
  onIgnored: (field: string) => void,
): GoodLine | FaultyLine {
  const text = decodeText(bytes);
  if (text === undefined) {
    const message = 'these bytes are no UTF-8';
    return {
      fault: { code: 'invalid_utf8', message },
      place: () => placeAt(number, ...badByteAt(bytes)),
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { offset = 0, reason = 'no JSON' } = findSyntaxFault(text) ?? {};
    return {
      fault: { code: 'syntax', message: reason },
      place: () => placeAt(number, text, offset),
    };
  }
  try {
    return { number, text, change: readChange(value, format, onIgnored) };
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    return { fault: error, place: () => placeOf({ number, text }, error.path) };
  }
}

/** Where the value stands that `path` leads to. */
export function placeOf(line: Omit<GoodLine, 'change'>, path: readonly string[]): Place {
  return placeAt(line.number, line.text, findValue(line.text, path));
}

/** A value that is a body by itself may have lines of its own. */
function placeAt(firstLine: number, text: string, offset: number): Place {
  const { line, column } = placeInText(text, offset);
  return { line: firstLine + line - 1, column };
}

function decodeText(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text up to the first byte that is none, and its length. */
function badByteAt(bytes: Buffer): readonly [string, number] {
  // What can't be decoded is replaced, and comes out as other bytes.
  const repaired = Buffer.from(lenientDecoder.decode(bytes));
  let end = 0;
  while (end < bytes.length && bytes[end] === repaired[end]) end++;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, end), {
    stream: true,
  });
  return [text, text.length];
}
