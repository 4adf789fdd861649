import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import {
  maxGatheredBytes,
  maxGatheredMutations,
} from '../../backend/src/source/embedded_selection.js';
import {
  type SelectedMutations,
  type Selection,
  TooManyFiltersError,
} from '../../backend/src/source/event_source.js';
import { maxFilterViews } from '../../backend/src/source/filter_views.js';
import { deleteOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { timelineBegin, timelineMinutes } from './support/changing_timeline.js';
import type { FeedMutation } from './support/feed_reader.js';
import { naiveFilters, rankOf } from './support/naive_pages.js';
import { NaiveTimeline, type Place } from './support/naive_timeline.js';
import { type Age, type Step, SourceStage, anyBatch } from './support/source_stage.js';
import { type NaivePart, anyPart, anyPlace, partOf } from './support/timeline_part.js';

interface Opening {
  readonly part: NaivePart;
  readonly age: Age;
  readonly isAttentive: boolean;
}

/** A client that knows nothing but the messages it gets, and checks each. */
class Client {
  readonly #stage: SourceStage;
  readonly #part: NaivePart;
  readonly #selection: Selection;
  readonly #openedSeq: number;
  readonly #held: NaiveTimeline;
  readonly #isAttentive: boolean;
  #seq: number;

  /** It has everything up to so long ago from elsewhere. An attentive one reads all there is as soon as there is any. */
  constructor(stage: SourceStage, { part, age, isAttentive }: Opening) {
    const seq = stage.seqBefore(age);
    this.#stage = stage;
    this.#part = part;
    this.#selection = stage.source.select(part);
    this.#openedSeq = stage.seq;
    this.#held = new NaiveTimeline(stage.eventsAt(seq).filter(part.has), seq);
    this.#seq = seq;
    this.#isAttentive = isAttentive;
    this.hear();
  }

  hear(): void {
    if (this.#isAttentive) this.read();
  }

  read(): void {
    const from = this.#seq;
    const answer = this.#selection.mutationsAfter(from);
    const mutations = mutationsOf(answer);
    expect(answer).toMatchObject({ seq: this.#stage.seq });
    this.#checkSeqs(mutations, from);
    this.#checkNeed(mutations, from);
    this.#held.apply({ mutations });
    this.#seq = this.#stage.seq;
    expect(this.#held.events()).toEqual(this.#expected());
    // Nothing more to say, and the same to who asks again.
    expect(this.#selection.mutationsAfter(this.#seq)).toEqual({ type: 'nothing', seq: this.#seq });
    expect(this.#selection.mutationsAfter(from)).toEqual(answer);
  }

  #expected(): readonly Event[] {
    return this.#stage.events.filter(this.#part.has);
  }

  #checkSeqs(mutations: readonly FeedMutation[], from: number): void {
    let last = from;
    for (const { seq } of mutations) {
      expect(seq).toBeGreaterThan(last);
      last = seq;
    }
    expect(last).toBeLessThanOrEqual(this.#stage.seq);
  }

  /** Nobody is told of what does not concern them. */
  #checkNeed(mutations: readonly FeedMutation[], from: number): void {
    // What a filter showed before it was opened is not known.
    const isKnown = this.#openedSeq <= from;
    const mayHave = isKnown ? this.#part.has : this.#part.isInRanges;
    if (from !== this.#stage.seqBefore({ batches: 1, mutations: 0 })) {
      this.#checkGathered(mutations, from, mayHave);
    } else if (isKnown) {
      this.#checkNewest(mutations);
    }
  }

  #checkNewest(mutations: readonly FeedMutation[]): void {
    const needless = mutations.filter(
      ({ seq }) => !this.#stage.changedBy(seq).some(this.#part.has),
    );
    expect(needless).toEqual([]);
  }

  /** One mutation for each event that may have been there at some time, as a page in between may have shown it. */
  #checkGathered(
    mutations: readonly FeedMutation[],
    from: number,
    mayHave: (event: Event) => boolean,
  ): void {
    const events = [...this.#stage.eventsAt(from)];
    for (let seq = from + 1; seq <= this.#stage.seq; seq++) {
      events.push(...this.#stage.changedBy(seq));
    }
    const possible = new Set(events.filter(mayHave).map(({ id }) => id));
    const told = mutations.map((mutation) => idOf(mutation));
    expect(told.filter((id) => !possible.has(id))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
  }

  /** Counts are of the present, whatever it has read. */
  checkCounts(places: readonly Place[], buckets: number): void {
    const all = this.#stage.events;
    const { filter } = this.#part;
    const matches = naiveFilters.find(([text]) => text === filter)?.[1] ?? (() => true);
    const matching = all.filter(matches);
    expect(this.#selection.readCounts(places)).toEqual({
      seq: this.#stage.seq,
      totalCount: all.length,
      matchCount: matching.length,
      ranks: places.map((place) => rankOf(matching, place)),
    });
    const start = timelineBegin + 60_000;
    const stop = timelineBegin + timelineMinutes * 30_000 + 1;
    const width = (stop - start) / buckets;
    const density = this.#selection.readDensity({ start, stop, buckets });
    const isIn = ({ timestamp }: Event, bucket: number): boolean =>
      start + bucket * width <= timestamp && timestamp < start + (bucket + 1) * width;
    expect({ ...density, counts: [...density.counts] }).toEqual({
      cursor: { epoch: 'e', seq: this.#stage.seq },
      totalCount: all.length,
      matchCount: matching.length,
      start,
      stop,
      before: matching.filter(({ timestamp }) => timestamp < start).length,
      counts: Array.from(
        { length: buckets },
        (_, bucket) => matching.filter((event) => isIn(event, bucket)).length,
      ),
    });
  }

  delete(): void {
    this.#selection.delete();
  }
}

function idOf(mutation: FeedMutation): string {
  return 'event' in mutation ? mutation.event.id : mutation.id;
}

/** The mutations of an answer that is not `lost`. */
function mutationsOf(answer: SelectedMutations): readonly FeedMutation[] {
  expect(answer.type).not.toBe('lost');
  if (answer.type !== 'batch') return [];
  const message = JSON.parse(`{${answer.body.toString()}`) as {
    readonly seq: number;
    readonly mutations: readonly FeedMutation[];
  };
  expect(message.seq).toBe(answer.seq);
  // A message that says nothing need not be sent.
  expect(message.mutations).not.toHaveLength(0);
  return message.mutations;
}

/** What happens next, to the source or to one of its clients. */
type Move =
  | { readonly type: 'batch'; readonly steps: readonly Step[] }
  | ({ readonly type: 'open' } & Opening)
  | { readonly type: 'read' | 'close'; readonly which: number }
  | { readonly type: 'counts'; readonly which: number; readonly places: readonly Place[] }
  | { readonly type: 'wait' };

const maxClients = 8;
const which = fc.nat(maxClients - 1);
const age = fc.oneof(
  fc.record({ batches: fc.nat(1), mutations: fc.constant(0) }),
  fc.record({ batches: fc.nat(4), mutations: fc.nat(3) }),
);
const places = fc.array(anyPlace, { maxLength: 3 });
const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('batch'), steps: anyBatch }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('open'),
      part: anyPart,
      age,
      isAttentive: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('read'), which }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('close'), which }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('counts'), which, places }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait') }) },
);

async function openStage(maxLogBytes?: number): Promise<SourceStage> {
  const stage = await SourceStage.open(maxLogBytes);
  onTestFinished(() => stage.delete());
  return stage;
}

function play(stage: SourceStage, moves: readonly Move[]): void {
  const clients: Client[] = [];
  const pick = (index: number): Client | undefined => clients[index % clients.length];
  for (const move of moves) {
    switch (move.type) {
      case 'batch':
        stage.publish(move.steps);
        clients.forEach((client) => client.hear());
        break;
      case 'open':
        if (clients.length < maxClients) {
          clients.push(new Client(stage, move));
        }
        break;
      case 'read':
        pick(move.which)?.read();
        break;
      case 'counts':
        pick(move.which)?.checkCounts(move.places, move.places.length + 3);
        break;
      case 'close':
        clients.splice(move.which, 1)[0]?.delete();
        break;
      case 'wait':
        // Views of filters that nobody follows are closed then, and their numbers used again.
        stage.nowMs += 100_000;
    }
  }
  for (const client of clients) client.read();
}

describe('a part of the timeline', () => {
  test(
    'is what its messages make of it, wherever they begin and however seldom they are read',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyMove, { minLength: 20, maxLength: 80 }), async (moves) => {
          const stage = await SourceStage.open();
          try {
            play(stage, moves);
          } finally {
            stage.delete();
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  test('takes nothing for granted of a filter that is opened after the newest batch', async () => {
    const stage = await openStage();
    // Every event in turn, so that some begin to match, some cease to, and some do neither.
    stage.publish(stage.events.map((_, i) => ({ kind: 'update', at: i, to: 4 * i })));
    for (const filter of naiveFilters) {
      const part = partOf([{ begin: undefined, end: undefined }], filter);
      new Client(stage, { part, age: { batches: 1, mutations: 0 }, isAttentive: true }).delete();
    }
  });

  test("gathers what happened to an event into one mutation, with the last one's seq", async () => {
    const stage = await openStage();
    const selection = stage.source.select(everything);
    const { seq } = stage;
    for (let i = 0; i < 3; i++) stage.publish([{ kind: 'update', at: 0, to: 4 * i }]);
    stage.publish([
      { kind: 'delete', at: 1, to: 0 },
      { kind: 'insert', at: 0, to: 0 },
    ]);
    const told = mutationsOf(selection.mutationsAfter(seq));
    expect(told.map((mutation) => [mutation.op, mutation.seq])).toEqual([
      ['insert', seq + 3],
      ['delete', seq + 4],
      ['insert', seq + 5],
    ]);
    selection.delete();
  });

  test('loses an event that came and went, since a page in between may have brought it', async () => {
    const stage = await openStage();
    const selection = stage.source.select(everything);
    const { seq } = stage;
    const before = new Set(stage.events.map(({ id }) => id));
    stage.publish([{ kind: 'insert', at: 0, to: 0 }]);
    const [event] = stage.events.filter(({ id }) => !before.has(id));
    stage.source.publish([deleteOf(event?.id ?? '')]);
    const told = mutationsOf(selection.mutationsAfter(seq));
    expect(told).toEqual([{ op: 'delete', seq: seq + 2, id: event?.id }]);
    selection.delete();
  });
});

const everything = { ranges: [{ begin: undefined, end: undefined }], filter: '', address: '' };

describe('a cursor that can not be gone on from', () => {
  test('is one that more mutations came after than are gathered', async () => {
    const stage = await openStage();
    const selection = stage.source.select(everything);
    const { seq } = stage;
    const id = stage.events[0]?.id ?? '';
    const updates = Array.from({ length: 5_000 }, () => updateOf(id, { message: 'again' }));
    for (let i = 0; i < maxGatheredMutations; i += 5_000) stage.source.publish(updates);
    expect(mutationsOf(selection.mutationsAfter(seq))).toHaveLength(1);
    stage.source.publish([updateOf(id, { message: 'once more' })]);
    const reason = 'too_far_behind';
    expect(selection.mutationsAfter(seq)).toEqual({ type: 'lost', reason });
    expect(mutationsOf(selection.mutationsAfter(seq + 1))).toHaveLength(1);
  });

  test('is one that more bytes came after than are gathered', async () => {
    const stage = await openStage();
    const selection = stage.source.select(everything);
    const { seq } = stage;
    const message = 'x'.repeat(maxGatheredBytes / 100);
    const updates = stage.events.map(({ id }) => updateOf(id, { message }));
    stage.source.publish(updates.slice(0, 50));
    stage.source.publish(updates.slice(50, 99));
    expect(mutationsOf(selection.mutationsAfter(seq))).toHaveLength(99);
    stage.source.publish(updates.slice(99, 100));
    const reason = 'too_far_behind';
    expect(selection.mutationsAfter(seq)).toEqual({ type: 'lost', reason });
    expect(mutationsOf(selection.mutationsAfter(seq + 1))).toHaveLength(99);
  });

  test('is one whose mutations the log has dropped', async () => {
    const stage = await openStage(20_000);
    const selection = stage.source.select(everything);
    const { seq } = stage;
    for (let i = 0; i < 200; i++) stage.publish([{ kind: 'update', at: i, to: i }]);
    expect(selection.mutationsAfter(seq)).toEqual({ type: 'lost', reason: 'log_truncated' });
    expect(stage.source.batchAfter(seq)).toBe('log_truncated');
    expect(mutationsOf(selection.mutationsAfter(stage.seq - 5))).not.toHaveLength(0);
  });

  test('is one of the future', async () => {
    const stage = await openStage();
    const selection = stage.source.select(everything);
    const reason = 'cursor_in_future';
    expect(selection.mutationsAfter(stage.seq + 1)).toEqual({ type: 'lost', reason });
    expect(selection.mutationsAfter(stage.seq)).toEqual({ type: 'nothing', seq: stage.seq });
  });
});

test('filters that are followed take up room until their parts are deleted', async () => {
  const stage = await openStage();
  const follow = (filter: string) => stage.source.select({ ranges: [], filter, address: '' });
  const selections = Array.from({ length: maxFilterViews }, (_, i) => follow(`amount>${i}`));
  expect(() => follow('one more')).toThrow(TooManyFiltersError);
  follow('amount>0').delete();
  expect(() => follow('one more')).toThrow(TooManyFiltersError);
  selections[7]?.delete();
  follow('one more');
  expect(() => follow('amount>7')).toThrow(TooManyFiltersError);
});
