import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import type { Event } from '../../backend/src/event_schema.js';
import { maxGatheredMutations } from '../../backend/src/source/embedded_selection.js';
import { updateOf } from '../../backend/src/store/mutation_text.js';
import type { FeedMessage, FeedReader, FeedReaderOptions } from './support/feed_reader.js';
import { FeedStage, type StagedClient, turn } from './support/feed_stage.js';
import { NaiveTimeline } from './support/naive_timeline.js';

/** Both kinds of client; the subscribed one follows everything, so that it has to hear of everything. */
const kinds: readonly {
  readonly kind: string;
  readonly options: FeedReaderOptions;
  readonly generation: number | undefined;
}[] = [
  { kind: 'plain', options: {}, generation: undefined },
  {
    kind: 'subscribed',
    options: { subscription: { generation: 4, ranges: [{ begin: 'open', end: 'open' }] } },
    generation: 4,
  },
];

/** What somebody holds who had `events` and then heard these messages. */
function heldBy({ batches }: FeedReader, events: readonly Event[]): readonly Event[] {
  const held = new NaiveTimeline(events);
  for (const batch of batches) held.apply(batch);
  return held.events();
}

/** Each batch follows the one before it, from `seq` on. */
function checkChain({ batches }: FeedReader, seq: number): void {
  let last = seq;
  for (const batch of batches) {
    expect(batch.prevSeq).toBe(last);
    last = batch.seq;
  }
}

async function openStage(): Promise<{
  stage: FeedStage;
  quick: StagedClient;
  events: readonly Event[];
}> {
  const stage = await FeedStage.open({ sendAheadBytes: 64 << 10, stallMs: 20_000 });
  return { stage, quick: await stage.connect(), events: stage.stage.events };
}

describe.each(kinds)('a $kind client that stops reading', ({ options, generation }) => {
  test('is told what has come of it all when it reads again, and disturbs nobody', async () => {
    const { stage, quick, events } = await openStage();
    const { seq } = stage.stage.source.cursor;
    const slow = await stage.connect(options);
    slow.reader.socket.pause();
    await stage.stall(slow);
    const stalledSeq = stage.stage.source.cursor.seq;
    // Some events again and again, so that there is something to gather.
    for (let i = 0; i < 500; i++) {
      stage.publishBulk(events[i % 20] as Event, 1_000);
      expect(slow.socket.bufferedAmount).toBeLessThan(3 * stage.limits.sendAheadBytes);
    }
    const newest = stage.stage.source.cursor.seq;
    await quick.reader.reached(newest);
    expect(slow.reader.batches.length).toBeLessThan(quick.reader.batches.length);

    slow.reader.socket.resume();
    await slow.reader.reached(newest);
    expect(heldBy(slow.reader, events)).toEqual(heldBy(quick.reader, events));
    checkChain(slow.reader, seq);
    const gathered = slow.reader.batches.at(-1);
    expect(gathered?.mutations.length).toBeLessThan(newest - stalledSeq);
    // From then on it gets each batch as it comes.
    stage.publishBulk(events[0] as Event, 10);
    await slow.reader.reached(newest + 1);
    expect(slow.reader.batches.at(-1)).toMatchObject({ prevSeq: newest, seq: newest + 1 });
  });

  test('is reset where more has happened than is gathered, and goes on from there', async () => {
    const { stage, quick, events } = await openStage();
    const slow = await stage.connect(options);
    slow.reader.socket.pause();
    await stage.stall(slow);
    const [first] = events as [Event];
    const updates = Array.from({ length: 5_000 }, () => updateOf(first.id, { actor: 'Ben' }));
    for (let i = 0; i <= maxGatheredMutations; i += 5_000) stage.stage.source.publish(updates);
    const { epoch, seq } = stage.stage.source.cursor;
    await quick.reader.reached(seq);

    slow.reader.socket.resume();
    const reset = await slow.reader.first('reset');
    expect(reset).toMatchObject({ reason: 'too_far_behind', epoch, seq });
    expect(reset.generation).toBe(generation);
    const after = slow.reader.messages.length;
    stage.publishBulk(first, 10);
    await slow.reader.reached(seq + 1);
    const batches = slow.reader.messages.slice(after).filter(({ type }) => type === 'batch');
    expect(batches).toMatchObject([{ prevSeq: seq, seq: seq + 1 }]);
  });

  test('is closed once its socket has taken nothing for too long', async () => {
    const { stage, quick } = await openStage();
    const slow = await stage.connect(options);
    slow.reader.socket.pause();
    await stage.stall(slow);
    stage.advance(stage.limits.stallMs);
    for (const { client } of [slow, quick]) client.heartbeat();
    expect(slow.socket.readyState).toBe(WebSocket.OPEN);
    stage.advance(1);
    for (const { client } of [slow, quick]) client.heartbeat();
    expect(slow.socket.readyState).toBe(WebSocket.CLOSING);
    slow.reader.socket.resume();
    expect(await slow.reader.closed).toMatchObject({ code: 4008 });

    await quick.reader.first('progress');
    expect(quick.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('gets no heartbeats and no counts before what it has not got yet', async () => {
    const { stage, events } = await openStage();
    const slow = await stage.connect(options);
    slow.reader.socket.pause();
    await stage.stall(slow);
    stage.publishBulk(events[0] as Event, 10);
    for (let i = 0; i < 10; i++) {
      slow.client.heartbeat();
      slow.client.sendNews();
    }
    slow.reader.socket.resume();
    const { seq } = stage.stage.source.cursor;
    await slow.reader.reached(seq);
    slow.client.heartbeat();
    const progress = await slow.reader.first('progress');
    expect(progress).toMatchObject({ seq });
    const isEarly = (message: FeedMessage): boolean =>
      message.type === 'progress' && message.seq < seq;
    expect(slow.reader.messages.filter(isEarly)).toEqual([]);
    expect(slow.reader.messages.at(-1)).toBe(progress);
  });
});

test('a client that reads slowly is not closed, however long one message takes', async () => {
  const { stage, events } = await openStage();
  const slow = await stage.connect();
  slow.reader.socket.pause();
  await stage.stall(slow);
  // More than the system's own buffers hold, in one message.
  const [{ id }] = events as [Event];
  const message = 'x'.repeat(100_000);
  stage.stage.source.publish(Array.from({ length: 150 }, () => updateOf(id, { message })));
  const { seq } = stage.stage.source.cursor;
  const isThere = (): boolean => (slow.reader.batches.at(-1)?.seq ?? 0) >= seq;
  let rounds = 0;
  for (; !isThere(); rounds++) {
    const { bytesWritten } = slow.connection;
    slow.reader.socket.resume();
    while (slow.connection.bytesWritten === bytesWritten && !isThere()) await turn();
    slow.reader.socket.pause();
    stage.advance(stage.limits.stallMs);
    slow.client.heartbeat();
    if (slow.socket.bufferedAmount > 0) slow.client.ping();
    expect(slow.socket.readyState).toBe(WebSocket.OPEN);
  }
  expect(rounds).toBeGreaterThan(3);
});
