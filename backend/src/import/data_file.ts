import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import { DataFileError, quoted } from './faults.js';
import { chunkBytes } from './limits.js';
import { MemberFinder } from './member_finder.js';
import { ValueScanner } from './value_scanner.js';

/** How the rows of a file are written. */
export type DataFormat =
  | { readonly type: 'csv'; readonly delimiter: string }
  /** JSON: an array, an array in an object, a value a line, or values one after the other. */
  | { readonly type: 'array' }
  | { readonly type: 'member'; readonly member: string }
  | { readonly type: 'lines' }
  | { readonly type: 'sequence' };

/** A file that can be read, and what its begin tells. */
export interface DataFile {
  readonly path: string;
  readonly size: number;
  /** When it was changed last, in ms. */
  readonly changedMs: number;
  readonly format: DataFormat;
  /** Bytes before the first row: a byte order mark. */
  readonly skip: number;
  /** What is worth knowing about the file as a whole. */
  readonly notes: readonly string[];
}

/** What a schema file says of the format. */
export interface FormatWish {
  readonly type?: 'csv' | 'json' | 'ndjson' | undefined;
  readonly delimiter?: string | undefined;
  /** Of JSON that is one object: the member that has the rows. */
  readonly rows?: string | undefined;
}

/** Bytes from which the format is told. */
const sampleBytes = 64 << 10;
const delimiters = [',', ';', '\t', '|'];

/** How files begin that are something else. */
const signatures: readonly (readonly [string, string])[] = [
  ['\x1f\x8b', 'compressed with gzip: unpack it first (gunzip -k)'],
  ['PK\x03\x04', 'a zip archive or an Office document: unpack or export it first'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd: unpack it first (unzstd -k)'],
  ['\xfd7zXZ', 'compressed with xz: unpack it first (unxz -k)'],
  ['BZh', 'compressed with bzip2: unpack it first (bunzip2 -k)'],
  ['PAR1', 'a Parquet file: export it as CSV or NDJSON first'],
  ['ARROW1', 'an Arrow file: export it as CSV or NDJSON first'],
  ['SQLite format 3', 'an SQLite database: export it as CSV first'],
  ['%PDF', 'a PDF document'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['\xff\xfe', 'UTF-16: make it UTF-8 first (iconv -f utf-16 -t utf-8)'],
  ['\xfe\xff', 'UTF-16: make it UTF-8 first (iconv -f utf-16 -t utf-8)'],
];
const byteOrderMark = '\xef\xbb\xbf';

/**
 * Looks at the file at `path`: whether it can be read, and what it is.
 *
 * @throws {DataFileError} for what is no file of rows.
 */
export async function openDataFile(path: string, wish: FormatWish = {}): Promise<DataFile> {
  const refuse = (reason: string): never => {
    throw new DataFileError(`${path}: ${reason}`);
  };
  const { handle, size, changedMs } = await openFile(path);
  try {
    const sample = Buffer.alloc(Math.min(size, sampleBytes));
    const { bytesRead } = await handle.read(sample, 0, sample.length, 0);
    const begin = sample.subarray(0, bytesRead).toString('latin1');
    const signature = signatures.find(([bytes]) => begin.startsWith(bytes));
    if (signature !== undefined) return refuse(`is ${signature[1]}`);
    const skip = begin.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
    const text = begin.slice(skip);
    if (text.trim() === '' && bytesRead === size) return refuse('is empty');
    if (text.includes('\0')) return refuse(binaryReason(text));
    if (/^\s*<[!?a-z]/i.test(text)) {
      return refuse(
        'is HTML or XML, not CSV, NDJSON or JSON: a page that says why there is no file?',
      );
    }
    if (!text.includes('\n') && /\r[^\r]*\r/.test(text) && !/^\s*[[{]/.test(text)) {
      return refuse("has lines that end with CR alone: convert it first (tr '\\r' '\\n')");
    }
    const isWhole = bytesRead === size;
    return { path, size, changedMs, skip, ...formatOf(path, text, { ...wish, isWhole }) };
  } finally {
    await handle.close();
  }
}

async function openFile(
  path: string,
): Promise<{ handle: FileHandle; size: number; changedMs: number }> {
  try {
    const { size, changedMs, ...kind } = await statOf(path);
    if (kind.isDirectory) throw new DataFileError(`${path}: is a directory, not a file`);
    if (!kind.isFile) {
      throw new DataFileError(`${path}: is a pipe or a device; it is read twice, so save it first`);
    }
    if (size === 0) throw new DataFileError(`${path}: is empty`);
    return { handle: await open(path), size, changedMs };
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw new DataFileError(`${path}: ${reasonOf(error)}`);
  }
}

async function statOf(path: string) {
  const stats = await stat(path);
  return {
    size: stats.size,
    changedMs: stats.mtimeMs,
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
  };
}

/** @throws {DataFileError} where the file is not what it was when it was opened. */
export async function checkUnchanged({ path, size, changedMs }: DataFile): Promise<void> {
  const now = await statOf(path);
  if (now.size === size && now.changedMs === changedMs) return;
  throw new DataFileError(`${path}: has changed while it was read; load a copy of it`);
}

/** Why a file can't be opened, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  if (code === 'EISDIR') return 'is a directory, not a file';
  return error instanceof Error ? error.message : String(error);
}

function binaryReason(text: string): string {
  const zeros = text.split('\0').length - 1;
  return zeros > text.length / 4
    ? 'is binary, or UTF-16: make it UTF-8 first (iconv -f utf-16le -t utf-8)'
    : 'is binary, not CSV, NDJSON or JSON';
}

function formatOf(
  path: string,
  text: string,
  wish: FormatWish & { readonly isWhole: boolean },
): Pick<DataFile, 'format' | 'notes'> {
  const extension = extname(path).toLowerCase();
  const first = /\S/.exec(text)?.[0] ?? '';
  const isCsvName = ['.csv', '.tsv', '.tab'].includes(extension);
  const isJson = wish.type === undefined ? looksLikeJson(text, isCsvName) : wish.type !== 'csv';
  if (isJson) {
    const notes =
      isCsvName && wish.type === undefined ? ['it is JSON, whatever its name says'] : [];
    if (wish.rows !== undefined) return { format: { type: 'member', member: wish.rows }, notes };
    if (wish.type !== 'ndjson' && first === '[') return { format: { type: 'array' }, notes };
    const isLinesName = ['.ndjson', '.jsonl', '.log'].includes(extension);
    const isLines = wish.type === 'ndjson' || (wish.type === undefined && isLinesName);
    const member = isLines ? undefined : memberWithRows(text, wish.isWhole);
    if (member !== undefined) {
      const note = `it is one object; the rows are those of its member ${quoted(member)}`;
      return { format: { type: 'member', member }, notes: [...notes, note] };
    }
    const type = wish.type === 'ndjson' || hasRowInFirstLine(text) ? 'lines' : 'sequence';
    return { format: { type }, notes };
  }
  if (wish.type === undefined && ['.json', '.ndjson', '.jsonl'].includes(extension)) {
    const isTable = delimiterOf(text, undefined) !== undefined;
    if (!isTable) {
      throw new DataFileError(
        `${path}: is no JSON: line 1, column 1: ${quoted(first)} stands where [ or { is expected`,
      );
    }
  }
  const delimiter = wish.delimiter ?? delimiterOf(text, extension === '.csv' ? ',' : undefined);
  if (delimiter === undefined && !isCsvName) {
    throw new DataFileError(
      `${path}: is neither JSON (it does not begin with [ or {) nor CSV (its first line has no comma, ` +
        `semicolon, tab or bar). A schema file can say what it is`,
    );
  }
  const notes =
    extension === '' || isCsvName || extension === '.txt' || wish.type !== undefined
      ? []
      : [`${quoted(basename(path))} is read as CSV, whatever its name says`];
  return { format: { type: 'csv', delimiter: delimiter ?? ',' }, notes };
}

/** Whether JSON begins here. A CSV file may have a name that begins with a bracket. */
function looksLikeJson(text: string, isCsvName: boolean): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  return !isCsvName || /^\s*\[\s*[{\]]/.test(text) || hasRowInFirstLine(text);
}

/** The member of the one object in a file that is an array of objects; `undefined` where rows are objects one by one. */
function memberWithRows(text: string, isWhole: boolean): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const finder = new MemberFinder(undefined);
  if (finder.find(bytes, 0) < 0) return undefined;
  const { name } = finder;
  return isOneValue(bytes, isWhole) ? name : undefined;
}

/** Whether nothing comes after the first value, as far as `bytes`, the begin of a file, tell. */
function isOneValue(bytes: Buffer, isWhole: boolean): boolean {
  const scanner = new ValueScanner('sequence');
  const begin = scanner.skip(bytes, 0);
  scanner.begin();
  const end = scanner.scan(bytes, begin, isWhole);
  return end < 0 || (isWhole && scanner.skip(bytes, end) === bytes.length);
}

/** Whether the first line that is not empty is an object by itself. */
function hasRowInFirstLine(text: string): boolean {
  const line = text.trimStart().split('\n', 1)[0] ?? '';
  // Longer than what was looked at, or not whole: then it begins as objects in one line do.
  if (line.length === text.trimStart().length) return true;
  try {
    JSON.parse(line);
    return true;
  } catch {
    // An object whose first line has an error in it is over at its end all the same.
    return /^\{.*\}\s*$/.test(line);
  }
}

/** The delimiter that the header has most of, outside of quotes. */
function delimiterOf(text: string, otherwise: string | undefined): string | undefined {
  const header = (text.trimStart().split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => header.split(delimiter).length - 1);
  const most = Math.max(...counts);
  return most === 0 ? otherwise : delimiters[counts.indexOf(most)];
}

/**
 * The bytes that the file had when it was opened, in chunks that are used before the next one is read, and whether each is the
 * last.
 */
export async function* chunksOf(
  file: DataFile,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  const handle = await open(file.path);
  try {
    let at = file.skip;
    for (;;) {
      const bytes = Buffer.allocUnsafe(chunkBytes);
      const length = Math.min(bytes.length, file.size - at);
      const { bytesRead } = await handle.read(bytes, 0, length, at);
      at += bytesRead;
      const isLast = bytesRead === 0;
      yield { bytes: bytes.subarray(0, bytesRead), isLast };
      if (isLast) return;
    }
  } finally {
    await handle.close();
  }
}
