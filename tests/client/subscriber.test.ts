import { createEngine, type Engine, type KeyRange } from 'eventglass';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { BackendSource } from '../../wasm/ts/client/backend_source.js';
import { FeedJudge } from '../../wasm/ts/client/feed_judge.js';
import { NewCounter } from '../../wasm/ts/client/new_counter.js';
import { OpenErrors } from '../../wasm/ts/client/open_errors.js';
import { Subscriber } from '../../wasm/ts/client/subscriber.js';
import { Tally } from '../../wasm/ts/client/tally.js';
import { TimelineDensity } from '../../wasm/ts/client/timeline_density.js';
import { WantedFilter } from '../../wasm/ts/client/wanted_filter.js';
import { WindowFeed } from '../../wasm/ts/client/window_feed.js';
import { fillQuery, type Side } from '../../wasm/ts/client/window_filler.js';
import { WindowLoader } from '../../wasm/ts/client/window_loader.js';
import { WindowRank } from '../../wasm/ts/client/window_rank.js';
import { compareModelKeys, EventModel, modelSchema } from '../support/event_model.js';
import { nextTask, SimulatedWorld } from '../support/simulated_world.js';
import { madeEvents } from './session_harness.js';

const capacityRows = 20;
const everything: KeyRange = { begin: undefined, end: undefined };

/** A window over a simulated world that moves only when the test says so, and the subscriber that has the feed follow it. */
class Scene {
  readonly world: SimulatedWorld;
  readonly subscriber: Subscriber;
  readonly #engine: Engine;
  readonly #rank: WindowRank;
  readonly #density: TimelineDensity;
  readonly #feed: WindowFeed;
  readonly #loader: WindowLoader;
  readonly #judge: FeedJudge;
  /** Of the page that widens the window, what was asked for last. */
  #asked: KeyRange = everything;
  #isFilling = false;
  /** The row on screen. */
  index = 0;

  constructor(engine: Engine, world: SimulatedWorld) {
    this.world = world;
    this.#engine = engine;
    this.#rank = new WindowRank(engine);
    const source = new BackendSource('http://backend', world);
    this.#density = new TimelineDensity(source, world, () => undefined);
    this.#feed = new WindowFeed(source, () => engine.cursor, world, {
      onMessage: (text) => this.#receive(text),
      onRefused: ({ message }) => {
        throw new Error(message);
      },
      onChange: () => undefined,
      onError: () => undefined,
    });
    const parts = {
      engine,
      feed: this.#feed,
      rank: this.#rank,
      newCounter: new NewCounter(engine),
      density: this.#density,
    };
    this.subscriber = new Subscriber(parts, capacityRows);
    const errors = new OpenErrors();
    const heard = { filter: new WantedFilter(), tally: new Tally(errors), errors };
    const { subscriber } = this;
    this.#judge = new FeedJudge({ ...parts, ...heard, subscriber }, ({ message }) => {
      throw new Error(message);
    });
    this.#loader = new WindowLoader(engine, this.#rank, source, world, {
      onIdle: () => undefined,
      onApplied: () => undefined,
      onBegun: (filter) => {
        subscriber.begin(filter);
        if (!this.#feed.isOpen) this.#feed.open();
      },
      onError: () => undefined,
      onFilterRefused: () => undefined,
      onEpochChanged: () => undefined,
    });
    this.#density.watch('');
  }

  get coverage(): KeyRange {
    return this.#engine.coverage ?? everything;
  }

  get followed(): KeyRange {
    return this.#feed.subscription?.range ?? everything;
  }

  /** What has to be followed now: the coverage, and the range of a page that is under way. */
  get needed(): readonly KeyRange[] {
    if (this.#engine.coverage === undefined) return [];
    return this.#isFilling && this.#loader.isBusy ? [this.coverage, this.#asked] : [this.coverage];
  }

  /** Asks for the window at another place, whatever it holds. */
  jump(rank: number): void {
    this.#isFilling = false;
    const place = { type: 'rank', rank } as const;
    const request = { place, filter: '', screenRows: 1, capacityRows, followed: undefined };
    this.#loader.load(request);
  }

  /** Asks for a page at one end, where there is one to ask for. */
  fill(side: Side, limit: number): void {
    const { coverage } = this.#engine;
    const bound = side === 'older' ? 'begin' : 'end';
    if (this.#loader.isBusy || coverage?.[bound] === undefined) return;
    this.#rank.setEvictionSide(side === 'older' ? 'newest' : 'oldest');
    if (!this.subscriber.reach(side, this.#row)) return;
    const query = fillQuery({ side, limit }, coverage, this.followed);
    this.#asked = { begin: query.start, end: query.stop };
    this.#isFilling = true;
    this.#loader.fill(query, '');
  }

  refine(): void {
    this.subscriber.refine(this.#row, !this.#loader.isBusy);
  }

  async deliverPage(): Promise<void> {
    this.world.answer(0);
    await this.world.deliver(0);
  }

  async deliverAside(): Promise<void> {
    this.world.answer(0, undefined, this.world.asides);
    await this.world.deliver(0, this.world.asides);
  }

  /** All that the feed has to say arrives. */
  synchronize(): void {
    this.world.advance(50);
    this.world.connect();
    this.world.sendProgress();
    while (this.world.receive());
  }

  delete(): void {
    this.#feed.close();
    this.#loader.close();
    this.#density.close();
    this.#engine.delete();
  }

  get #row(): number {
    return Math.min(this.index, Math.max(0, this.#engine.rowCount - 1));
  }

  #receive(text: string): ReturnType<FeedJudge['judge']> {
    const report = this.#engine.applyFeed(text);
    if (report.status === 'applied' && report.type === 'batch') {
      this.#rank.evict(report.counts.evicted);
      this.#loader.keep(text, report.seq);
    }
    return this.#judge.judge(report, text);
  }
}

const scenes: Scene[] = [];

afterEach(() => {
  for (const scene of scenes.splice(0)) scene.delete();
});

/** A scene over 600 events, 100 of which from the 250th on are of one moment: a window of these knows no rate. */
async function makeScene(): Promise<Scene> {
  const events = madeEvents(600).map((event, i) =>
    i >= 250 && i < 350 ? { ...event, timestamp: 1_250_000 } : event,
  );
  const engine = await createEngine({ schema: modelSchema, capacityRows });
  const scene = new Scene(engine, new SimulatedWorld(new EventModel('epoch1', events)));
  scenes.push(scene);
  return scene;
}

/** A scene whose window is among the events of one moment, so that all is followed, and whose density has not come. */
async function makeWideScene(): Promise<Scene> {
  const scene = await makeScene();
  scene.jump(300);
  await scene.deliverPage();
  scene.synchronize();
  return scene;
}

function hasAll(range: KeyRange, inner: KeyRange): boolean {
  const { begin, end } = range;
  const isBegun =
    begin === undefined || (inner.begin !== undefined && compareModelKeys(inner.begin, begin) >= 0);
  const isEnded =
    end === undefined || (inner.end !== undefined && compareModelKeys(inner.end, end) <= 0);
  return isBegun && isEnded;
}

/** The two invariants of a subscriber. */
function expectFollowed({ followed, needed }: Scene): void {
  expect(needed.filter((range) => !hasAll(followed, range))).toEqual([]);
}

describe('a subscriber', () => {
  it('follows everything where nothing tells how far to go', async () => {
    const scene = await makeWideScene();
    expect(scene.followed).toEqual(everything);
  });

  it('follows less once it knows how much it follows, and all of the coverage', async () => {
    const scene = await makeWideScene();
    await scene.deliverAside();
    scene.refine();
    expect(scene.followed.begin?.timestamp).toBeGreaterThan(1_200_000);
    expect(scene.followed.end?.timestamp).toBeLessThan(1_400_000);
    expectFollowed(scene);
  });

  it('goes on following all of a page that is under way, and follows less once it is there', async () => {
    const scene = await makeWideScene();
    scene.fill('newer', 5);
    await scene.deliverAside();
    scene.refine();
    expect(scene.followed).toEqual(everything);
    expectFollowed(scene);
    await scene.deliverPage();
    scene.synchronize();
    scene.refine();
    expect(scene.followed.end?.timestamp).toBeLessThan(1_400_000);
    expectFollowed(scene);
  });

  it('has the timeline counted while a page is under way', async () => {
    const scene = await makeWideScene();
    scene.fill('newer', 5);
    await scene.deliverAside();
    scene.refine();
    scene.world.advance(50);
    expect(scene.world.socket?.sent.at(-1)).toContain('"density"');
  });
});

type Step =
  | { readonly type: 'look'; readonly index: number }
  | { readonly type: 'jump'; readonly rank: number }
  | { readonly type: 'fill'; readonly side: Side; readonly limit: number }
  | { readonly type: 'insert'; readonly timestamp: number }
  | { readonly type: 'delete'; readonly pick: number }
  | { readonly type: 'page' | 'aside' | 'synchronize' | 'hear' | 'receive' | 'break' | 'wait' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('look'), index: fc.nat(capacityRows) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('jump'), rank: fc.nat(600) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('fill'),
      side: fc.constantFrom('older', 'newer'),
      limit: fc.integer({ min: 1, max: 10 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.record({
        type: fc.constant('insert'),
        timestamp: fc.integer({ min: 1_000_000, max: 1_700_000 }),
      }),
      fc.record({ type: fc.constant('delete'), pick: fc.nat(600) }),
    ),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('page', 'synchronize') }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('aside', 'hear', 'receive', 'break', 'wait') }),
  },
);

async function run(scene: Scene, each: Step): Promise<void> {
  const { world } = scene;
  switch (each.type) {
    case 'look':
      scene.index = each.index;
      break;
    case 'jump':
      scene.jump(each.rank);
      break;
    case 'fill':
      scene.fill(each.side, each.limit);
      break;
    case 'insert': {
      const id = `n${world.model.seq}`;
      world.model.insert({ id, timestamp: each.timestamp, kind: 'kind0', message: '' });
      break;
    }
    case 'delete':
      world.model.delete(world.model.ids[each.pick % world.model.ids.length] ?? '');
      break;
    case 'page':
      await scene.deliverPage();
      break;
    case 'aside':
      await scene.deliverAside();
      break;
    case 'synchronize':
      scene.synchronize();
      break;
    case 'hear':
      world.hear();
      break;
    case 'receive':
      world.sendCounts();
      world.receive();
      break;
    case 'break':
      world.socket?.break();
      break;
    case 'wait':
      world.advance(2_000);
      break;
  }
  await nextTask();
}

describe('what a subscriber follows', () => {
  it('has all of the coverage and of a page under way after whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(600),
        fc.array(step, { maxLength: 60, size: 'max' }),
        async (rank, steps) => {
          const scene = await makeScene();
          scene.jump(rank);
          for (const each of steps) {
            await run(scene, each);
            expectFollowed(scene);
            scene.refine();
            expectFollowed(scene);
          }
          scenes.pop()?.delete();
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);
});
