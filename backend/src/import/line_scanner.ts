import type { RowScanner } from './row_frames.js';

const [tab, newline, carriageReturn, space] = [9, 10, 13, 32];

/** NDJSON: a row is a line. Empty lines are none. */
export class LineScanner implements RowScanner {
  skip(bytes: Buffer, at: number): number {
    let begin = at;
    for (; begin < bytes.length; begin++) {
      const byte = bytes[begin];
      if (byte !== tab && byte !== newline && byte !== carriageReturn && byte !== space) break;
    }
    return begin;
  }

  begin(): void {
    // Nothing to forget: every newline ends a row.
  }

  scan(bytes: Buffer, at: number, isLast: boolean): number {
    const end = bytes.indexOf(newline, at);
    return end < 0 && isLast ? bytes.length : end;
  }

  resume(): number {
    return -1;
  }

  endFault(): string | undefined {
    return undefined;
  }

  endlessReason(): string {
    return 'the line does not end';
  }
}
