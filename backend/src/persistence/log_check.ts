/**
 * Looks at a log of LevelDB, which drops what it can't read without a word. Its format (doc/log_format.md there):
 *
 *     log    := block*            blocks of 32 KiB; what is left of one below 7 bytes is zeros
 *     record := crc u32, length u16, type u8, data       little endian, within one block
 *     type   := 1 whole | 2 first | 3 middle | 4 last    a batch is a whole one, or a first one up to a last one
 *
 * The CRC-32C is of type and data, rotated and moved by a constant.
 */
import { crc32c } from './crc32c.js';

const blockBytes = 32 << 10;
const headerBytes = 7;
const maskDelta = 0xa282_ead8;

const whole = 1;
const first = 2;
const last = 4;

export type LogState =
  | { readonly state: 'whole' }
  /** It ends within a batch, or in bytes that are none: what a crash or a full disk leaves behind. */
  | { readonly state: 'torn'; readonly endByte: number; readonly lostBytes: number }
  /** Batches follow after bytes that are none: no crash leaves that behind. */
  | { readonly state: 'damaged'; readonly endByte: number; readonly lostBytes: number };

/** What state a log is in; `endByte` is the end of its last whole batch before any fault. */
export function checkLog(log: Uint8Array): LogState {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  let at = 0;
  let endByte = 0;
  let isWithinBatch = false;
  while (at < log.length) {
    const left = blockBytes - (at % blockBytes);
    if (left < headerBytes) {
      at += left;
      continue;
    }
    const record = readRecord(view, at);
    if (record === undefined || record.type <= first === isWithinBatch) break;
    at = record.endByte;
    isWithinBatch = record.type !== whole && record.type !== last;
    if (!isWithinBatch) endByte = at;
  }
  if (endByte >= log.length || (at >= log.length && !isWithinBatch)) return { state: 'whole' };
  const state = hasBatchAfter(view, at) ? 'damaged' : 'torn';
  return { state, endByte, lostBytes: log.length - endByte };
}

/** The record at `at`; `undefined` where there is none, or half of one. */
function readRecord(
  view: DataView,
  at: number,
): { readonly type: number; readonly endByte: number } | undefined {
  const left = Math.min(blockBytes - (at % blockBytes), view.byteLength - at);
  if (left < headerBytes) return undefined;
  const type = view.getUint8(at + 6);
  const endByte = at + headerBytes + view.getUint16(at + 4, true);
  if (type < whole || type > last || endByte > at + left) return undefined;
  const covered = new Uint8Array(view.buffer, view.byteOffset + at + 6, endByte - at - 6);
  return unmask(view.getUint32(at, true)) === crc32c(covered) ? { type, endByte } : undefined;
}

function unmask(masked: number): number {
  const rotated = (masked - maskDelta) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

/** Whether a batch begins anywhere from `from` on. */
function hasBatchAfter(view: DataView, from: number): boolean {
  for (let at = from; at + headerBytes <= view.byteLength; at++) {
    const type = view.getUint8(at + 6);
    if ((type === whole || type === first) && readRecord(view, at) !== undefined) return true;
  }
  return false;
}
