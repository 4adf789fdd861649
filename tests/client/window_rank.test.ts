import { createEngine, type Engine, type EventKey, type EvictionSide } from 'eventglass';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WindowRank } from '../../wasm/ts/client/window_rank.js';
import { EventModel, hasKey, modelSchema } from '../support/event_model.js';

type Step =
  | { readonly type: 'fill'; readonly isOlder: boolean; readonly limit: number }
  | { readonly type: 'insert' | 'move'; readonly pick: number; readonly timestamp: number }
  | { readonly type: 'delete'; readonly pick: number }
  | { readonly type: 'evict'; readonly side: EvictionSide }
  | { readonly type: 'count'; readonly index: number };

const pick = fc.nat(100);
const timestamp = fc.nat(60);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('fill'), isOlder: fc.boolean(), limit: fc.nat(8) }),
  fc.record({ type: fc.constantFrom('insert', 'move'), pick, timestamp }),
  fc.record({ type: fc.constant('delete'), pick }),
  fc.record({ type: fc.constant('evict'), side: fc.constantFrom('oldest', 'newest') }),
  fc.record({ type: fc.constant('count'), index: fc.nat(30) }),
);

const capacityRows = 30;

/** A window over a model, and what a rank says of it. */
class Scene {
  readonly #engine: Engine;
  readonly #model: EventModel;
  readonly rank: WindowRank;
  #eventCount = 0;

  constructor(engine: Engine, model: EventModel) {
    this.#engine = engine;
    this.#model = model;
    this.rank = new WindowRank(engine);
    this.#eventCount = model.ids.length;
  }

  begin(rank: number): void {
    const page = this.#page({ rank, limit: 10, direction: 'forward' });
    this.rank.begin(page.firstRank, page.totalCount, 0);
  }

  /** `isAnywhere`: also what happens beyond the window, of which it hears nothing. */
  run(step: Step, isAnywhere: boolean): void {
    const { coverage } = this.#engine;
    if (coverage === undefined) throw new Error('nothing is covered');
    switch (step.type) {
      case 'fill': {
        const { isOlder, limit } = step;
        const bound = isOlder ? coverage.begin : coverage.end;
        if (bound === undefined || limit === 0) return;
        const query = isOlder
          ? { stop: bound, limit, direction: 'backward' as const }
          : { start: bound, limit, direction: 'forward' as const };
        this.rank.move(() => this.#page(query));
        return;
      }
      case 'insert':
      case 'move':
      case 'delete':
        if (isAnywhere || this.#isWithin(step)) this.#change(step);
        return;
      case 'evict':
        this.rank.setEvictionSide(step.side);
        return;
      case 'count':
        this.count(step.index);
        return;
    }
  }

  count(index: number): void {
    const key = this.rank.keyNear(index);
    const told = key && { key, rank: this.#model.rankOf(key, '') };
    this.rank.count(this.#model.ids.length, told);
  }

  /** Rows before the window and in the timeline: as they are, and as the rank has them. */
  get both(): readonly unknown[] {
    const before = this.#model.rankOf(this.#engine.coverage?.begin, '');
    return [
      [before, this.#model.ids.length],
      [this.rank.rowsBefore, this.rank.total],
    ];
  }

  #isWithin(step: Step & { pick: number }): boolean {
    const event = this.#model.get(this.#idOf(step));
    const { coverage = { begin: undefined, end: undefined } } = this.#engine;
    const keys: EventKey[] = event === undefined ? [] : [event];
    if ('timestamp' in step) keys.push({ timestamp: step.timestamp, id: this.#idOf(step) });
    return keys.every((key) => hasKey(coverage, key));
  }

  #idOf({ type, pick: number }: Step & { pick: number }): string {
    const { ids } = this.#model;
    return type === 'insert' ? `e${this.#eventCount}` : (ids[number % ids.length] ?? '');
  }

  #change(step: Step & { pick: number }): void {
    const model = this.#model;
    const id = this.#idOf(step);
    const prevSeq = model.seq;
    if (step.type === 'insert') {
      this.#eventCount++;
      model.insert({ id, timestamp: step.timestamp, kind: 'k', message: 'm' });
    } else if (step.type === 'move') {
      model.move(id, step.timestamp);
    } else if (model.get(id) !== undefined) {
      model.delete(id);
    }
    const { epoch, seq } = model;
    const mutations = model.mutationsAfter(prevSeq);
    const batch = JSON.stringify({ type: 'batch', epoch, prevSeq, seq, mutations });
    this.rank.evict(this.#engine.applyFeed(batch).counts.evicted);
  }

  #page(query: {
    readonly start?: EventKey;
    readonly stop?: EventKey;
    readonly rank?: number;
    readonly limit: number;
    readonly direction: 'forward' | 'backward';
  }): ReturnType<EventModel['page']> {
    const { start, stop, rank, limit, direction } = query;
    const page = this.#model.page({ start, stop, rank, limit, direction, filter: '' });
    const { epoch, seq, covered } = page;
    const json = new TextEncoder().encode(JSON.stringify(page.events));
    this.#engine.applyPage(json, { cursor: { epoch, seq }, covered });
    return page;
  }
}

async function play(
  firstRank: number,
  steps: readonly Step[],
  check: (scene: Scene, step: Step) => void,
): Promise<void> {
  const events = Array.from({ length: 80 }, (_, i) => ({
    id: `e${i}`,
    timestamp: (i * 7) % 61,
    kind: 'k',
    message: 'm',
  }));
  const engine = await createEngine({ schema: modelSchema, capacityRows });
  try {
    const scene = new Scene(engine, new EventModel('epoch1', events));
    scene.begin(firstRank);
    for (const each of steps) check(scene, each);
  } finally {
    engine.delete();
  }
}

it('is exact at any time while nothing happens beyond the window but its own moves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(80), fc.array(step, { maxLength: 40 }), (first, steps) =>
      play(first, steps, (scene, each) => {
        scene.run(each, false);
        const [expected, actual] = scene.both;
        expect(actual).toEqual(expected);
        expect(scene.rank.needsCounts).toBe(false);
      }),
    ),
    { numRuns: 200 },
  );
});

it('is exact again with every count, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(80),
      fc.nat(30),
      fc.array(step, { maxLength: 40 }),
      (first, index, steps) =>
        play(first, steps, (scene, each) => {
          scene.run(each, true);
          expect(scene.rank.rowsBefore).toBeGreaterThanOrEqual(0);
          scene.count(index);
          const [expected, actual] = scene.both;
          expect(actual).toEqual(expected);
        }),
    ),
    { numRuns: 200 },
  );
});

it('needs counts after it has moved to where none of its rows was', async () => {
  const engine = await createEngine({ schema: modelSchema, capacityRows });
  try {
    const scene = new Scene(engine, new EventModel('epoch1', []));
    expect(scene.rank.keyNear(0)).toBeUndefined();
    const cursor = { epoch: 'epoch1', seq: 0 };
    const [a, b, c] = [10, 20, 30].map((time) => ({ timestamp: time, id: '' }));
    const empty = new TextEncoder().encode('[]');
    engine.applyPage(empty, { cursor, covered: { begin: a, end: b } });
    scene.rank.begin(5, 9, 0);
    scene.rank.move(() => engine.applyPage(empty, { cursor, covered: { begin: b, end: c } }));
    expect(scene.rank.needsCounts).toBe(false);
    expect([scene.rank.rowsBefore, scene.rank.total]).toEqual([5, 9]);
    scene.rank.move(() => {
      engine.clear();
      engine.applyPage(empty, { cursor, covered: { begin: b, end: c } });
    });
    expect(scene.rank.needsCounts).toBe(true);
    scene.rank.expectCounts();
    expect(scene.rank.needsCounts).toBe(false);
  } finally {
    engine.delete();
  }
});

it('is told by no key that the window has left', async () => {
  const engine = await createEngine({ schema: modelSchema, capacityRows });
  try {
    const rank = new WindowRank(engine);
    const [a, b, c] = [10, 20, 30].map((time) => ({ timestamp: time, id: '' }));
    const covered = { begin: b, end: c };
    engine.applyPage(new TextEncoder().encode('[]'), { cursor: { epoch: 'e', seq: 0 }, covered });
    rank.begin(5, 9, 0);
    expect([a, b, c].map((key) => rank.isToldBy(key))).toEqual([false, true, true]);
    expect(rank.isToldBy(undefined)).toBe(false);
    if (a === undefined) throw new Error('no key');
    rank.count(100, { key: a, rank: 50 });
    expect([rank.rowsBefore, rank.total]).toEqual([5, 9]);
  } finally {
    engine.delete();
  }
});
