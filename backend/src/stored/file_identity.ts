import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { reasonOf } from '../import/data_file.js';
import { DataFileError } from '../import/faults.js';

/** What a file was when it was loaded. */
export interface FileIdentity {
  /** Where it was; the same file may stand elsewhere now. */
  readonly path: string;
  readonly size: number;
  /** When it was changed last, in ms: while that is so, nobody needs to read it to know it. */
  readonly changedMs: number;
  /** Of all its bytes, in hex. */
  readonly sha256: string;
}

/** What a file is to one that was loaded, and what it is now. */
export type Kinship =
  | { readonly kind: 'other' }
  | { readonly kind: 'same'; readonly identity: FileIdentity }
  /** It begins with all of it; `isAtLineEnd` tells whether a line ended where it went on. */
  | { readonly kind: 'grown'; readonly identity: FileIdentity; readonly isAtLineEnd: boolean };

/** Bytes that are read at a time. */
const pieceBytes = 1 << 20;

const [newline, carriageReturn] = [0x0a, 0x0d];

/** @throws {DataFileError} where it can't be read. */
export async function identify(path: string): Promise<FileIdentity> {
  return reading(path, async (handle) => {
    const { size, mtimeMs } = await handle.stat();
    const hash = createHash('sha256');
    await readBytes(handle, { begin: 0, end: size }, (bytes) => hash.update(bytes));
    return { path: resolve(path), size, changedMs: mtimeMs, sha256: hash.digest('hex') };
  });
}

/** Compares the file at `path` with what was loaded. @throws {DataFileError} where it can't be read. */
export async function kinshipOf(path: string, known: FileIdentity): Promise<Kinship> {
  return reading(path, async (handle) => {
    const { size, mtimeMs } = await handle.stat();
    if (size < known.size) return { kind: 'other' };
    const hash = createHash('sha256');
    await readBytes(handle, { begin: 0, end: known.size }, (bytes) => hash.update(bytes));
    if (hash.copy().digest('hex') !== known.sha256) return { kind: 'other' };
    await readBytes(handle, { begin: known.size, end: size }, (bytes) => hash.update(bytes));
    const sha256 = hash.digest('hex');
    const identity = { path: resolve(path), size, changedMs: mtimeMs, sha256 };
    if (size === known.size) return { kind: 'same', identity };
    return { kind: 'grown', identity, isAtLineEnd: await isLineEnd(handle, known.size) };
  });
}

/** Whether the file begins as it did; what has come to it since is left out. @throws {DataFileError} */
export async function beginsAsBefore(known: FileIdentity): Promise<boolean> {
  const { size, changedMs } = await reading(known.path, async (handle) => {
    const { size, mtimeMs } = await handle.stat();
    return { size, changedMs: mtimeMs };
  });
  if (size === known.size && changedMs === known.changedMs) return true;
  return (await kinshipOf(known.path, known)).kind !== 'other';
}

async function isLineEnd(handle: FileHandle, at: number): Promise<boolean> {
  const around: number[] = [];
  await readBytes(handle, { begin: at - 1, end: at + 1 }, (bytes) => around.push(...bytes));
  const [before, after] = around;
  return before === newline || after === newline || after === carriageReturn;
}

async function readBytes(
  handle: FileHandle,
  { begin, end }: { readonly begin: number; readonly end: number },
  take: (bytes: Buffer) => unknown,
): Promise<void> {
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - begin));
  for (let at = begin; at < end;) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, end - at), at);
    if (bytesRead === 0) return;
    take(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function reading<Value>(
  path: string,
  read: (handle: FileHandle) => Promise<Value>,
): Promise<Value> {
  try {
    // A pipe would never be open.
    if (!(await stat(path)).isFile()) throw new DataFileError(`${path}: is no file`);
    const handle = await open(path);
    try {
      return await read(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof DataFileError ? error : new DataFileError(`${path}: ${reasonOf(error)}`);
  }
}
