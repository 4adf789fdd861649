import { describe, expect, test, vi } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import { actorNames } from '../../backend/src/simulation/actors.js';
import { BurstSchedule } from '../../backend/src/simulation/burst_schedule.js';
import { EventIds } from '../../backend/src/simulation/event_ids.js';
import { historyTimestamps } from '../../backend/src/simulation/history.js';
import { Random } from '../../backend/src/simulation/random.js';
import { mutationMix, scale, thirdParties } from '../../backend/src/simulation/third_parties.js';
import { unusualMessages } from '../../backend/src/simulation/unusual_messages.js';
import { vocabulary } from '../../backend/src/simulation/vocabulary.js';
import { WeightedChoice } from '../../backend/src/simulation/weighted_choice.js';
import { FeedReader } from './support/feed_reader.js';
import { NaiveTimeline } from './support/naive_timeline.js';
import { fetchPage, startBackend } from './support/test_backend.js';

const dayMs = 86_400_000;
const end = Date.UTC(2025, 5, 30, 12, 34, 56);
const now = (): number => end;

const types = thirdParties.flatMap((party) => party.types);
const lengthOf = (text: string): number => Array.from(text).length;

function shareOf<T>(items: readonly T[], matches: (item: T) => boolean): number {
  return items.filter(matches).length / items.length;
}

/** The share of what matches is `expected`, within three standard deviations of as many draws. */
function expectShare<T>(items: readonly T[], matches: (item: T) => boolean, expected: number) {
  const deviation = Math.sqrt((expected * (1 - expected)) / items.length);
  expect(Math.abs(shareOf(items, matches) - expected)).toBeLessThan(3 * deviation);
}

describe('the third parties', () => {
  test('are eight, with forty types of different names', () => {
    expect(thirdParties).toHaveLength(8);
    expect(types).toHaveLength(40);
    expect(new Set(types.map(({ name }) => name)).size).toBe(40);
    const names = new Set(types.map(({ name }) => name));
    for (const { next = [] } of types) for (const name of next) expect(names).toContain(name);
  });

  test('every message is 40 to 120 characters long, whatever fills its slots', () => {
    const lengths = (words: readonly string[]) => words.map(lengthOf);
    const bounds = new Map(
      Object.entries({ ...vocabulary, actor: actorNames(scale.actorCount) }).map(
        ([slot, words]) => [
          slot,
          lengths(words).reduce(
            ({ min, max }, length) => ({ min: Math.min(min, length), max: Math.max(max, length) }),
            { min: Infinity, max: 0 },
          ),
        ],
      ),
    );
    const problems: string[] = [];
    for (const message of types.flatMap(({ messages }) => messages)) {
      let min = lengthOf(message.replaceAll(/\{\w+\}/g, ''));
      let max = min;
      for (const [, slot = ''] of message.matchAll(/\{(\w+)\}/g)) {
        min += bounds.get(slot)?.min ?? NaN;
        max += bounds.get(slot)?.max ?? NaN;
      }
      if (!(min >= 40 && max <= 120)) problems.push(`${min}-${max}: ${message}`);
    }
    for (const message of unusualMessages) {
      const length = lengthOf(message);
      if (length < 40 || length > 120) problems.push(`${length}: ${message}`);
    }
    expect(problems).toEqual([]);
  });

  test('actors are 5,000 different people', () => {
    expect(new Set(actorNames(5_000)).size).toBe(5_000);
  });
});

describe('the history', () => {
  async function historyOf(seed: number): Promise<readonly Event[]> {
    const { url } = await startBackend({ seed, initialCount: 5_000 }, { now });
    return (await fetchPage(url)).events;
  }

  test('is the same for the same seed and end, and another for another seed', async () => {
    const [first, second, other] = [await historyOf(1), await historyOf(1), await historyOf(2)];
    expect(first).toHaveLength(5_000);
    expect(second).toEqual(first);
    expect(other.map(({ message }) => message)).not.toEqual(first.map(({ message }) => message));
  });

  test('started at another time is the same, moved', async () => {
    const first = await historyOf(1);
    const laterMs = 3 * dayMs + 7 * 60_000;
    const { url } = await startBackend({ initialCount: 5_000 }, { now: () => end + laterMs });
    const second = (await fetchPage(url)).events;
    expect(second).toEqual(first.map((e) => ({ ...e, timestamp: e.timestamp + laterMs })));
  });

  test('ends where HISTORY_END says, and mutations go on from there', async () => {
    const historyEndMs = Date.UTC(2024, 0, 1);
    let presentMs = end;
    const options = { now: () => presentMs };
    const { backend, url } = await startBackend({ historyEndMs }, options);
    expect((await fetchPage(url)).events.at(-1)?.timestamp).toBeLessThan(historyEndMs);
    presentMs += 10_000;
    backend.mutate(200);
    const newest = (await fetchPage(url, { limit: '1', direction: 'backward' })).events[0]
      ?.timestamp;
    expect(newest).toBeGreaterThan(historyEndMs + 9_000);
    expect(newest).toBeLessThanOrEqual(historyEndMs + 10_000);
  });

  test('holds all sources, most types, skewed actors, amounts and unusual messages', async () => {
    const events = await historyOf(1);
    expect(new Set(events.map(({ source }) => source)).size).toBe(8);
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(35);
    const counts = new Map<string, number>();
    for (const { actor } of events) counts.set(actor, (counts.get(actor) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(1_000);
    expect(Math.max(...counts.values())).toBeGreaterThan(300);
    const amountShare = shareOf(events, ({ amount }) => amount !== undefined);
    expect(amountShare).toBeGreaterThan(0.3);
    expect(amountShare).toBeLessThan(0.7);
    const messages = new Set(events.map(({ message }) => message));
    // One message in 25 is one of these 24; which of them come is up to the seed.
    expect(unusualMessages.filter((message) => messages.has(message)).length).toBeGreaterThan(18);
  });

  test('covers 30 days with busy and quiet hours and many equal timestamps', () => {
    const times = historyTimestamps(100_000, end, new Random(1, 'test'));
    expect(times).toEqual(times.toSorted());
    expect(times[0]).toBeGreaterThanOrEqual(end - 30 * dayMs);
    expect(times[0]).toBeLessThan(end - 29 * dayMs);
    expect(times.at(-1)).toBeLessThan(end);
    expect(times.at(-1)).toBeGreaterThan(end - dayMs / 24);
    const hours = new Array<number>(30 * 24).fill(0);
    for (const time of times) {
      const hour = Math.floor((end - time) / (dayMs / 24));
      hours[hour] = (hours[hour] ?? 0) + 1;
    }
    hours.sort((a, b) => a - b);
    expect((hours.at(-20) ?? 0) / Math.max(hours[20] ?? 0, 1)).toBeGreaterThan(8);
    const equalShare = shareOf([...times.keys()], (i) => i > 0 && times[i] === times[i - 1]);
    expect(equalShare).toBeGreaterThan(0.15);
  });
});

describe('mutations', () => {
  test('come in the shares of the mix', async () => {
    const { backend, url } = await startBackend({ initialCount: 20_000 }, { now });
    const model = new NaiveTimeline((await fetchPage(url)).events);
    const feed = await FeedReader.open(url);
    for (let i = 0; i < 40; i++) {
      backend.mutate(1_000);
      // What waits for a socket is told by its outcome alone.
      await feed.reached(backend.cursor.seq);
    }

    const mutations = feed.batches.flatMap((batch) => batch.mutations);
    expect(mutations).toHaveLength(40_000);
    const inserts = mutations.filter(({ op }) => op === 'insert');
    const updates = mutations.filter(({ op }) => op === 'update');
    const { insert, update, lateInsertShare, moveShare } = mutationMix;
    expectShare(mutations, ({ op }) => op === 'insert', insert);
    expectShare(mutations, ({ op }) => op === 'update', update);
    expectShare(mutations, ({ op }) => op === 'delete', 1 - insert - update);
    const times = inserts.map((mutation) => ('event' in mutation ? mutation.event.timestamp : 0));
    expectShare(times, (time) => time < end - 1_000, lateInsertShare);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(end - 7 * dayMs);
    expect(Math.min(...times)).toBeLessThan(end - 5 * dayMs);
    expect(Math.max(...times)).toBeLessThanOrEqual(end);
    expectShare(updates, (mutation) => 'event' in mutation, moveShare);

    for (const batch of feed.batches) {
      const ids = batch.mutations.map((mutation) =>
        'event' in mutation ? mutation.event.id : mutation.id,
      );
      expect(new Set(ids).size).toBe(ids.length);
      for (const mutation of batch.mutations) {
        const isThere =
          model.get('event' in mutation ? mutation.event.id : mutation.id) !== undefined;
        expect(isThere).toBe(mutation.op !== 'insert');
      }
      model.apply(batch);
    }
    feed.socket.close();
  });

  test('keep going from an empty timeline', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    for (let i = 0; i < 100; i++) backend.mutate(3);
    expect(backend.cursor.seq).toBe(300);
    expect((await fetchPage(url)).events).toHaveLength(backend.totalCount);
    expect(backend.totalCount).toBeGreaterThan(20);
  });

  test('delete the oldest events once there are as many as there may be', async () => {
    const { backend, url } = await startBackend({ initialCount: 1_000 }, { maxCount: 1_050 });
    const oldest = (await fetchPage(url, { limit: '1' })).events[0];
    for (let i = 0; i < 100; i++) {
      backend.mutate(50);
      expect(backend.totalCount).toBeLessThanOrEqual(1_050);
    }
    expect(backend.totalCount).toBeGreaterThan(950);
    expect((await fetch(`${url}/data/${oldest?.id ?? ''}`)).status).toBe(404);
  });

  test('more than a batch holds are made in several', async () => {
    const { backend, url } = await startBackend({ initialCount: 20_000 });
    const { seq } = backend.cursor;
    const feed = await FeedReader.open(url);
    backend.mutate(12_000);
    await feed.reached(seq + 12_000);
    expect(feed.batches.map((batch) => batch.mutations.length)).toEqual([5_000, 5_000, 2_000]);
    feed.socket.close();
  });
});

/** Stands for the clock and the intervals of backends that are started while it is there. */
class HandDrivenClock implements Disposable {
  #nowMs = performance.now();

  constructor() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    vi.spyOn(performance, 'now').mockImplementation(() => this.#nowMs);
  }

  /** `ms` pass, of which intervals fire in the last `firingMs` only. */
  pass(ms: number, firingMs = ms): void {
    this.#nowMs += ms;
    vi.advanceTimersByTime(firingMs);
  }

  [Symbol.dispose](): void {
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
}

describe('the rate', () => {
  test('of 50,000 a second: every mutation is made, and reaches a client', async () => {
    using clock = new HandDrivenClock();
    const settings = { initialCount: 10_000, seed: 1, mutationRate: 50_000 };
    const { backend, url } = await startBackend(settings, { now });
    const model = new NaiveTimeline((await fetchPage(url)).events);
    const feed = await FeedReader.open(url);
    const begin = backend.cursor.seq;
    const schedule = new BurstSchedule(1, 50_000);
    for (let ms = 50; backend.cursor.seq - begin < 50_000; ms += 50) {
      clock.pass(50);
      expect(backend.cursor.seq - begin).toBe(Math.floor(schedule.dueAt(ms / 1_000)));
      await feed.reached(backend.cursor.seq);
    }
    feed.batches.forEach((batch) => {
      model.apply(batch);
    });
    const idsOf = (events: readonly Event[]) => events.map(({ id }) => id);
    expect(idsOf((await fetchPage(url)).events)).toEqual(idsOf(model.events()));
    feed.socket.close();
  });

  test('makes up for a pause of a second, and leaves out what a longer one missed', async () => {
    using clock = new HandDrivenClock();
    const { backend } = await startBackend({ initialCount: 1_000, seed: 1, mutationRate: 100 });
    const schedule = new BurstSchedule(1, 100);
    const begin = backend.cursor.seq;
    clock.pass(1_000, 50);
    const madeUpCount = Math.floor(schedule.dueAt(1));
    expect(backend.cursor.seq - begin).toBe(madeUpCount);
    clock.pass(3_600_000, 50);
    // Three times the rate, as in a burst.
    expect(backend.cursor.seq - begin).toBe(madeUpCount + 300);
    clock.pass(50);
    const leftOutCount = Math.floor(schedule.dueAt(3_601)) - madeUpCount - 300;
    const dueCount = Math.floor(schedule.dueAt(3_601.05));
    expect(backend.cursor.seq - begin).toBe(dueCount - leftOutCount);
  });
});

describe('the schedule of bursts', () => {
  test('keeps to the rate over time and is uneven within seconds', () => {
    const schedule = new BurstSchedule(1, 200);
    let before = 0;
    const steps: number[] = [];
    for (let tick = 1; tick <= 20 * 600; tick++) {
      const due = schedule.dueAt(tick / 20);
      expect(due).toBeGreaterThanOrEqual(before);
      expect(Math.abs(due - (200 * tick) / 20)).toBeLessThan(200 * 6);
      steps.push(due - before);
      before = due;
    }
    expect(Math.abs(before - 200 * 600)).toBeLessThan(200 * 6);
    expect(Math.max(...steps)).toBeLessThanOrEqual(3 * 10 + 1e-6);
    expect(Math.max(...steps) / Math.min(...steps)).toBeGreaterThan(2.5);
  });
});

describe('random choices', () => {
  test('generators of one seed and label agree, others differ', () => {
    const draw = (seed: number, label: string) => {
      const random = new Random(seed, label);
      return Array.from({ length: 5 }, () => random.fraction());
    };
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
  });

  test('weighted choices follow their weights', () => {
    const weights = [5, 0, 1, 2.5, 1.5];
    const choice = new WeightedChoice([0, 1, 2, 3, 4], (index) => weights[index] ?? 0);
    const random = new Random(7, 'weights');
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 100_000; i++) {
      const index = choice.draw(random);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    counts.forEach((count, index) => {
      expect(count / 100_000).toBeCloseTo((weights[index] ?? 0) / 10, 2);
    });
    expect(counts[1]).toBe(0);
  });

  test('ids do not repeat', () => {
    const ids = new EventIds(1);
    const seen = new Set<string>();
    for (let i = 0; i < 200_000; i++) seen.add(ids.next());
    expect(seen.size).toBe(200_000);
  });

  test('ids that were given are told from all others', () => {
    for (const firstCount of [0, 2 ** 32 - 500, 2 ** 51]) {
      const ids = new EventIds(7, firstCount);
      const given = Array.from({ length: 1_000 }, () => ids.next());
      expect(given.filter((id) => !ids.hasGiven(id))).toEqual([]);
      const [some = ''] = given;
      const others = [new EventIds(8).next(), `${some}_0`, `${some} `, some.toUpperCase()];
      if (firstCount > 0) others.push(new EventIds(7, firstCount - 1).next());
      others.push(some.replace('evt_', 'evt_0'), 'evt_', 'evt_zzzzzzz', '', 'order-1');
      expect(others.filter((id) => ids.hasGiven(id))).toEqual([]);
      const next = new EventIds(7, firstCount + 1_000).next();
      expect(ids.hasGiven(next)).toBe(false);
      expect([ids.next(), ids.hasGiven(next)]).toEqual([next, true]);
    }
  });
});
