import { MAX_TIMESTAMP_MS } from '../checks.js';
import type { EventKey } from '../types.js';

/** A bound of a page as docs/protocol.md writes it: the time alone where the id is empty. */
export function formatBound(key: EventKey): string {
  return key.id === '' ? String(key.timestamp) : `${key.timestamp},${encodeURIComponent(key.id)}`;
}

/** Reads a bound; `undefined` where `text` is none. */
export function parseBound(text: string): EventKey | 'open' | undefined {
  if (text === 'open') return 'open';
  const comma = text.indexOf(',');
  const timestamp = parseTimestamp(comma < 0 ? text : text.slice(0, comma));
  if (timestamp === undefined) return undefined;
  try {
    return { timestamp, id: comma < 0 ? '' : decodeURIComponent(text.slice(comma + 1)) };
  } catch {
    return undefined; // a percent sign that encodes nothing
  }
}

function parseTimestamp(text: string): number | undefined {
  if (!/^-?\d{1,16}$/.test(text)) return undefined;
  const timestamp = Number(text);
  return Math.abs(timestamp) <= MAX_TIMESTAMP_MS ? timestamp : undefined;
}
