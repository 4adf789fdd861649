import type { RowRange, RowReader } from 'eventglass';

/**
 * Rows copied out of the engine at a time: about 3 MB, which is all that the heap needs to grow by
 * for a page of any size.
 */
const sliceRows = 10_000;

const comma = ','.charCodeAt(0);

/** The events of `range` as one JSON array, in pieces that belong to the caller. */
export function readJson(rows: RowReader, range: RowRange): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let begin = range.begin;
  do {
    const end = Math.min(begin + sliceRows, range.end);
    // The engine's array lies in its heap until the next call.
    const slice = Buffer.from(rows.writeJson({ begin, end }));
    if (begin > range.begin) slice[0] = comma;
    pieces.push(end < range.end ? slice.subarray(0, -1) : slice);
    begin = end;
  } while (begin < range.end);
  return pieces;
}
