import { CsvRows } from './csv_rows.js';
import { CsvScanner } from './csv_scanner.js';
import { type DataFile, chunksOf } from './data_file.js';
import type { Fault } from './faults.js';
import { readJsonRow } from './json_row.js';
import { LineScanner } from './line_scanner.js';
import type { Row } from './row.js';
import { type Frame, RowFrames, type RowScanner } from './row_frames.js';
import { ValueScanner } from './value_scanner.js';

/** What comes out of a piece of a file: rows, and what can't be one, in their order. */
export interface RowPiece {
  readonly rows: readonly (Row | Fault)[];
  /** Bytes of the file read so far. */
  readonly bytes: number;
  /** The names that a header has, as soon as it has come: a column may have no values. */
  readonly names: readonly string[];
  /** What is worth knowing of the file as a whole, as soon as it is known. */
  readonly notes: readonly string[];
}

export function isFault(value: object): value is Fault {
  return 'reason' in value;
}

/** Bytes of rows that are made at a time. */
const pieceBytes = 256 << 10;

/**
 * The rows of a file, piece by piece: each is used before the next is asked for. Memory stays bounded however large the
 * file and its rows are.
 */
export async function* readRows(
  file: DataFile,
  options: { readonly maxRowBytes?: number } = {},
): AsyncGenerator<RowPiece> {
  const { format } = file;
  const faults: Fault[] = [];
  const frames = new RowFrames(scannerOf(file), {
    ...options,
    fault: (fault) => faults.push(fault),
  });
  const csv = format.type === 'csv' ? new CsvRows(format.delimiter) : undefined;
  const rowsOf = (found: readonly Frame[]): readonly (Row | Fault)[] => {
    const rows = csv === undefined ? found.map(readJsonRow) : csv.read(found);
    if (faults.length === 0) return rows;
    return [...faults.splice(0), ...rows].sort((a, b) => a.line - b.line || a.column - b.column);
  };

  const pieceOf = (found: readonly Frame[]): RowPiece => {
    const rows = rowsOf(found);
    return { rows, bytes, names: csv?.names ?? [], notes: csv?.renamed.splice(0) ?? [] };
  };

  let bytes = file.skip;
  for await (const chunk of chunksOf(file)) {
    bytes += chunk.bytes.length;
    let found: Frame[] = [];
    let foundBytes = 0;
    for (const frame of frames.push(chunk.bytes, chunk.isLast)) {
      found.push(frame);
      foundBytes += frame.bytes.length;
      if (foundBytes < pieceBytes) continue;
      yield pieceOf(found);
      found = [];
      foundBytes = 0;
    }
    yield pieceOf(found);
  }
}

function scannerOf({ format }: DataFile): RowScanner {
  if (format.type === 'csv') return new CsvScanner(format.delimiter);
  if (format.type === 'lines') return new LineScanner();
  return new ValueScanner(format.type === 'member' ? format : format.type);
}
