import fc from 'fast-check';
import { expect, it } from 'vitest';
import type {
  AdapterChanges,
  AdapterFeed,
  AdapterQuery,
  PagesAdapter,
} from '../../../wasm/ts/client/adapter/pages_adapter.js';
import type { Target } from '../../../wasm/ts/client/viewport_request.js';
import { EventModel } from '../../support/event_model.js';
import { until } from '../../support/node_environment.js';
import { madeEvents } from '../session_harness.js';
import { PagesHarness } from './pages_harness.js';

/** The model behind an adapter whose answers take as long as `delayMs` says. */
class ModelAdapter implements PagesAdapter {
  readonly model: EventModel;
  readonly #delayMs: () => number;
  feed: AdapterFeed | undefined;
  signal: AbortSignal | undefined;
  followCount = 0;
  #told = 0;

  constructor(model: EventModel, delayMs: () => number = () => 0) {
    this.model = model;
    this.#delayMs = delayMs;
  }

  async readPage(query: AdapterQuery) {
    const page = this.model.page(query);
    await new Promise((resolve) => setTimeout(resolve, this.#delayMs()));
    const hasMore =
      query.direction === 'forward'
        ? page.covered.end !== query.stop
        : page.events.length >= query.limit;
    const { events, firstRank, totalCount, matchCount, seq } = page;
    return {
      events,
      firstRank,
      totalCount,
      matchCount,
      seq,
      hasMore: hasMore && events.length > 0,
    };
  }

  readDensity({ buckets, filter }: { readonly buckets: number; readonly filter: string }) {
    return this.model.density(undefined, undefined, buckets, filter);
  }

  follow(seq: number, feed: AdapterFeed, signal: AbortSignal): void {
    this.followCount++;
    this.#told = seq;
    this.feed = feed;
    this.signal = signal;
    this.tell();
  }

  /** Tells what has happened since it was told last. */
  tell(): void {
    const { model } = this;
    const mutations = model.mutationsAfter(this.#told);
    if (mutations.length === 0 || this.signal?.aborted !== false) return;
    const changes = mutations.map((mutation): AdapterChanges['changes'][number] => {
      const id = 'event' in mutation ? mutation.event.id : mutation.id;
      const event = model.eventAt(mutation.seq, id);
      return event === undefined ? { delete: id } : { put: event };
    });
    this.#told = model.seq;
    this.feed?.change({ seq: model.seq, changes });
  }
}

const step = fc.record({
  type: fc.constantFrom(
    'insert',
    'insert',
    'update',
    'move',
    'delete',
    'tell',
    'tell',
    'look',
    'fail',
    'reset',
    'wait',
  ),
  pick: fc.nat(500),
  filter: fc.constantFrom('', '', 'kind:kind1'),
});

it('converges with the adapter’s timeline, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 50 }),
      fc.array(fc.nat(6), { minLength: 1 }),
      async (steps, delays) => {
        let delayCount = 0;
        const model = new EventModel('e', madeEvents(200));
        const adapter = new ModelAdapter(model, () => delays[delayCount++ % delays.length] ?? 0);
        using harness = await PagesHarness.start(adapter);
        let filter = '';
        harness.look({ type: 'live' });
        for (const [i, each] of steps.entries()) {
          const id = model.ids[each.pick % model.ids.length] ?? '';
          if (each.type === 'insert') {
            const timestamp = 1_000_000 + each.pick * 400;
            model.insert({ id: `n${i}`, timestamp, kind: `kind${i % 3}`, message: 'new' });
          } else if (each.type === 'update') model.update(id, { kind: `kind${each.pick % 3}` });
          else if (each.type === 'move') model.move(id, 1_000_000 + each.pick * 400);
          else if (each.type === 'delete') model.delete(id);
          else if (each.type === 'tell') adapter.tell();
          else if (each.type === 'fail') adapter.feed?.fail('broken');
          else if (each.type === 'reset') adapter.feed?.reset();
          else if (each.type === 'wait') await new Promise((resolve) => setTimeout(resolve, 8));
          else {
            ({ filter } = each);
            const target: Target =
              each.pick % 3 === 0 ? { type: 'live' } : { type: 'rank', rank: each.pick % 220 };
            harness.look(target, filter);
          }
          if (each.pick % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        const telling = setInterval(() => {
          adapter.tell();
        }, 5);
        try {
          await harness.converges(model, filter);
        } finally {
          clearInterval(telling);
        }
      },
    ),
    { numRuns: 12 },
  );
});

it('shows the end where the reader wants a rank past it', async () => {
  const model = new EventModel('e', madeEvents(300));
  using harness = await PagesHarness.start(new ModelAdapter(model));
  harness.look({ type: 'rank', rank: 5_000 });
  await harness.converges(model);
  expect(harness.engine.coverage?.end).toBeUndefined();
  expect(harness.engine.rowCount).toBeGreaterThan(20);
});

it('asks for pages anew after a reset, and so learns what it was not told', async () => {
  const model = new EventModel('e', madeEvents(100));
  const adapter = new ModelAdapter(model);
  using harness = await PagesHarness.start(adapter);
  harness.look({ type: 'live' });
  await harness.converges(model);
  await until('it follows', () => adapter.feed !== undefined);
  model.delete('e99');
  model.update('e98', { message: 'untold' });
  adapter.feed?.reset();
  await harness.converges(model);
});

it('stands still without a feed, has no density without one, and says that it has no filters', async () => {
  const model = new EventModel('e', madeEvents(100));
  const whole = new ModelAdapter(model);
  const adapter: PagesAdapter = { readPage: (query) => whole.readPage(query) };
  using harness = await PagesHarness.start(adapter, { filters: false });
  harness.look({ type: 'rank', rank: 50 });
  await harness.converges(model);
  harness.look({ type: 'rank', rank: 50 }, 'kind:kind1');
  await until('it says so', () => harness.state?.filterError !== undefined);
  expect(harness.state?.filterError?.message).toBe('This source has no filters.');
  harness.session.receive({ type: 'read', id: 'e1', readId: 1 });
  await until('it is answered', () => harness.answers.length === 1);
  expect(harness.answers[0]).toMatchObject({ type: 'failure' });
  expect(harness.densityCount).toBe(0);
});

it('asks the adapter for nothing with a filter that can’t be read', async () => {
  const model = new EventModel('e', madeEvents(100));
  const adapter = new ModelAdapter(model);
  const asked = new Set<string>();
  const noting: PagesAdapter = {
    readPage: (query) => {
      asked.add(query.filter);
      return adapter.readPage(query);
    },
  };
  using harness = await PagesHarness.start(noting);
  harness.look({ type: 'live' }, 'kind:(');
  await until('it says so', () => harness.state?.filterError !== undefined);
  expect(harness.state?.filterError).toMatchObject({ begin: 5 });
  expect([...asked].filter((filter) => filter !== '')).toEqual([]);
});

const good = { events: [], firstRank: 0, totalCount: 0, seq: 0 };

it.each([
  ['nothing', undefined, 'without an array `events`'],
  ['no events', { ...good, events: 'many' }, 'without an array `events`'],
  ['no rank', { ...good, firstRank: undefined }, 'a `firstRank` that is no count: undefined'],
  ['half a count', { ...good, totalCount: 0.5 }, 'a `totalCount` that is no count: 0.5'],
  ['no seq', { ...good, seq: undefined }, "a `seq` that can't be: undefined"],
  ['too much', { ...good, events: madeEvents(500) }, 'with 500 events, not 60 at most'],
  ['no event', { ...good, events: [{ id: 'a' }] }, 'at 0: missing_timestamp'],
  ['more of nothing', { ...good, hasMore: true }, 'no event, though there are more'],
])('says what is wrong with a page that has %s, and tries on', async (_what, answer, message) => {
  let isBad = true;
  const adapter: PagesAdapter = {
    readPage: () => (isBad ? answer : good) as never,
    follow: () => undefined,
  };
  using harness = await PagesHarness.start(adapter);
  harness.look({ type: 'live' });
  await until('it says so', () => harness.errors.length > 0);
  expect(harness.errors[0]).toContain(message);
  isBad = false;
  await until('it is live', () => harness.state?.connection === 'live');
});

it.each([
  ['no seq', {}, "a `seq` that can't be"],
  ['an old seq', { seq: 0, changes: [] }, 'it has to grow'],
  ['no changes', { seq: 1 }, 'no array `changes`'],
  ['no change', { seq: 1, changes: [{ what: 1 }] }, 'at 0: neither `put` nor `delete`'],
  ['too many', { seq: 1, changes: new Array(5_000).fill({ delete: 'a' }) }, '4095 at most'],
])(
  'says what is wrong with changes that have %s, and follows anew',
  async (_what, changes, message) => {
    const adapter = new ModelAdapter(new EventModel('e', madeEvents(20)));
    using harness = await PagesHarness.start(adapter);
    harness.look({ type: 'live' });
    await harness.converges(adapter.model);
    await until('it follows', () => adapter.feed !== undefined);
    adapter.feed?.change(changes as never);
    await until('it says so', () => harness.errors.some((error) => error.includes(message)));
    await until('it follows anew', () => adapter.followCount === 2);
    await harness.converges(adapter.model);
  },
);
