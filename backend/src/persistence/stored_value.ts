import { crc32 } from 'node:zlib';

/**
 * An event on the disk, or a record of what is being done with them:
 *
 *     key   := 'e' id | 'load' | 'progress'     in UTF-8
 *     value := crc u32, json                    big endian; the CRC-32 is of key and JSON
 *
 * What columns the events have stands under `about` (about.ts).
 *
 * LevelDB has checksums of its own, and looks at them only in its log.
 */
const crcBytes = 4;

export const keysOfEvents = { gt: Buffer.from('e'), lt: Buffer.from('f') } as const;

export const aboutKey = Buffer.from('about');

/** The file that was loaded last, and how far that is. */
export type RecordName = 'load' | 'progress';

export function keyOfRecord(name: RecordName): Buffer {
  return Buffer.from(name);
}

export function keyOf(id: string): Buffer {
  return Buffer.from(`e${id}`);
}

export function idOf(key: Buffer): string {
  return key.toString('utf8', 1);
}

export function valueOf(key: Buffer, json: string): Buffer {
  const value = Buffer.allocUnsafe(crcBytes + Buffer.byteLength(json));
  value.write(json, crcBytes);
  value.writeUInt32BE(crcOf(key, value));
  return value;
}

/** The JSON of a value; `undefined` where the bytes are not those that were stored. */
export function jsonOf(key: Buffer, value: Buffer): string | undefined {
  if (value.length < crcBytes || value.readUInt32BE() !== crcOf(key, value)) return undefined;
  return value.toString('utf8', crcBytes);
}

function crcOf(key: Buffer, value: Buffer): number {
  return crc32(value.subarray(crcBytes), crc32(key));
}
