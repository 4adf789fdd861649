import type { Cursor } from 'eventglass';

import type { EventSource, LossReason } from '../source/event_source.js';

/** How a client opens the feed. */
export type Opening =
  /** It gets everything after its cursor; without one, from now on. */
  | { readonly type: 'plain'; readonly cursor: Cursor | undefined }
  /** It gets nothing until it subscribes. */
  | { readonly type: 'subscribe' };

/** Where a feed goes on; `reason` where that is not where the client asked for. */
export interface Place {
  readonly seq: number;
  readonly reason: LossReason | 'epoch_changed' | undefined;
}

/** Where the feed goes on for a client who has everything up to `cursor`. */
export function placeAfter(source: EventSource, cursor: Cursor | undefined): Place {
  const { epoch, seq } = source.cursor;
  if (cursor === undefined) return { seq, reason: undefined };
  if (cursor.epoch !== epoch) return { seq, reason: 'epoch_changed' };
  const next = source.batchAfter(cursor.seq);
  return typeof next === 'string' ? { seq, reason: next } : { seq: cursor.seq, reason: undefined };
}

/** The message that tells a client where its feed goes on. */
export function cursorMessage(source: EventSource, { seq, reason }: Place, generation?: number) {
  const type = reason === undefined ? 'resume' : 'reset';
  const { cursor, totalCount } = source;
  return JSON.stringify({ type, reason, generation, epoch: cursor.epoch, seq, totalCount });
}
