import { createHash } from 'node:crypto';

import type { PageHead } from '../source/event_source.js';
import { formatBound } from '../store/bounds.js';

/** Characters of base64url, 96 bits: no two ranges that somebody asks for share a digest. */
const digestLength = 16;

/**
 * The version of a page, for `If-None-Match`. Caches keep pages by their address, in which the filter
 * stands; which events of it a page holds follows from the keys that it covers and from what has
 * happened there.
 *
 * The epoch stands in the tag as it is, and none is used twice: a page that was kept from another
 * epoch has another tag, though its seq, range and address are the same, and is sent anew.
 *
 * Weak, since compression changes the bytes.
 */
export function entityTag(head: PageHead, rangeSeq: number): string {
  const { cursor, covered, format } = head;
  // A bound that is written has no space.
  const range = `${formatBound(covered.begin)} ${formatBound(covered.end)}`;
  const digest = createHash('sha256').update(range).digest('base64url').slice(0, digestLength);
  return `W/"${encodeURIComponent(cursor.epoch)}.${rangeSeq}.${format}.${digest}"`;
}
