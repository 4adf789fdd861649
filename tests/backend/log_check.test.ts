import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { crc32c } from '../../backend/src/persistence/crc32c.js';
import { LevelArchive } from '../../backend/src/persistence/level_archive.js';
import { checkLog } from '../../backend/src/persistence/log_check.js';

import { quietLogger } from './support/test_backend.js';

const schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
] as const;

/** Bytes of the log after each of its batches. */
const ends: number[] = [];
let log: Buffer;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'log-check-'));
  const archive = await LevelArchive.open(folder, { logger: quietLogger });
  await archive.begin({ name: 'Test', columns: schema });
  const read = async (): Promise<Buffer> => {
    const name = (await readdir(folder)).find((file) => file.endsWith('.log')) ?? '';
    return readFile(join(folder, name));
  };
  ends.push((await read()).length);
  // Some batches take up several blocks of 32 KiB, some end just before a block does.
  for (const length of [10, 40_000, 100, 24_000, 100_000, 5, 300]) {
    await archive.commit(new Map([[`id${length}`, 'x'.repeat(length)]]));
    log = await read();
    ends.push(log.length);
  }
  await archive.close();
  await rm(folder, { recursive: true });
});

afterAll(() => {
  expect(ends).toHaveLength(8);
});

test('the checksum is CRC-32C', () => {
  // RFC 3720, B.4
  expect(crc32c(new Uint8Array(32))).toBe(0x8a91_36aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8_ab43);
});

test('a log that LevelDB wrote is whole, and so is one that ends with any of its batches', () => {
  expect(checkLog(new Uint8Array())).toEqual({ state: 'whole' });
  for (const end of ends) expect(checkLog(log.subarray(0, end))).toEqual({ state: 'whole' });
});

test('one that is cut anywhere else is torn, after its last whole batch', () => {
  for (let length = 1; length < log.length; length += length < 200 ? 1 : 997) {
    if (ends.includes(length)) continue;
    const endByte = ends.findLast((end) => end < length) ?? 0;
    // Zeros that fill a block up are no loss.
    const state = checkLog(log.subarray(0, length));
    expect(state).toEqual({ state: 'torn', endByte, lostBytes: length - endByte });
  }
});

test('a byte that is another is a torn end in the last batch, and damage before it', () => {
  const [beforeLast = 0, end = 0] = ends.slice(-2);
  for (let at = 0; at < end; at += at >= beforeLast ? 1 : 1_009) {
    const changed = Buffer.from(log);
    changed[at] = (changed[at] ?? 0) ^ 0x40;
    const state = at < beforeLast ? 'damaged' : 'torn';
    const endByte = ends.findLast((batchEnd) => batchEnd <= at) ?? 0;
    expect(checkLog(changed)).toEqual({ state, endByte, lostBytes: end - endByte });
  }
});

test('zeros and bytes of something else after the last batch are torn off', () => {
  for (const rest of [Buffer.alloc(5_000), Buffer.from('something else '.repeat(99))]) {
    const state = checkLog(Buffer.concat([log, rest]));
    expect(state).toEqual({ state: 'torn', endByte: log.length, lostBytes: rest.length });
  }
});
