import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventModel, type ModelEvent } from '../support/event_model.js';
import { nextTask, SimulatedWorld } from '../support/simulated_world.js';
import { expectedEvents, windowEvents } from '../support/window_comparison.js';
import { SessionHarness } from './session_harness.js';

/** Something happens to an event. Numbers pick among what there is. */
type Change =
  | { readonly type: 'insert' | 'move'; readonly pick: number; readonly timestamp: number }
  | { readonly type: 'update' | 'delete'; readonly pick: number };

/** One move of the world or of the reader. */
type Step =
  | Change
  | { readonly type: 'answer' | 'deliver' | 'fail'; readonly pick: number }
  /** Changes that the feed brings after a page was answered and before it arrives. */
  | { readonly type: 'race'; readonly changes: readonly Change[] }
  | {
      readonly type:
        | 'sendBatch'
        | 'sendProgress'
        | 'receive'
        | 'repeat'
        | 'loseMessage'
        | 'garble'
        | 'break'
        | 'truncateLog'
        | 'restart'
        | 'live';
    }
  | { readonly type: 'advance'; readonly delayMs: number }
  | { readonly type: 'key'; readonly timestamp: number; readonly rowOffset: number }
  | { readonly type: 'index'; readonly pick: number };

const timestamp = fc.integer({ min: 0, max: 60 });
const pick = fc.nat(50);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constantFrom('insert', 'move'), pick, timestamp }),
  fc.record({ type: fc.constantFrom('update', 'delete'), pick }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: change },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('race'),
      changes: fc.array(change, { minLength: 1 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ type: fc.constantFrom('answer', 'deliver'), pick: fc.nat(1) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('fail'), pick: fc.nat(1) }) },
  {
    weight: 14,
    arbitrary: fc.record({
      type: fc.constantFrom('sendBatch', 'receive', 'receive', 'sendProgress'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('repeat', 'loseMessage', 'garble', 'break', 'truncateLog', 'restart'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('live') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('key'),
      timestamp,
      rowOffset: fc.integer({ min: -3, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('index'), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('advance'),
      delayMs: fc.constantFrom(50, 300, 2_000, 6_000),
    }),
  },
);

/** Ids that sort differently in UTF-8, in UTF-16 and by number. */
const prefixes = ['a', 'z', 'é', '\u{ff5e}', '\u{1f600}', '%2C,'];

function eventNamed(number: number, time: number): ModelEvent {
  const id = `${prefixes[number % prefixes.length] ?? ''}${number}`;
  return { id, timestamp: time, kind: `kind${number % 5}`, message: `"${number}" <b>` };
}

/** Plays steps against a session, and compares its window with the model whenever the two are at one cursor. */
class Play {
  readonly #world: SimulatedWorld;
  readonly #harness: SessionHarness;
  #eventCount: number;
  #epochCount = 1;

  constructor(world: SimulatedWorld, harness: SessionHarness) {
    this.#world = world;
    this.#harness = harness;
    this.#eventCount = world.model.events.length;
  }

  async run(step: Step): Promise<void> {
    const world = this.#world;
    const { socket } = world;
    switch (step.type) {
      case 'insert':
      case 'update':
      case 'move':
      case 'delete':
        this.#change(step);
        break;
      case 'race':
        world.answer(0);
        for (const each of step.changes) this.#change(each);
        world.sendBatch();
        while (world.receive());
        await world.deliver(0);
        break;
      case 'answer':
        world.answer(step.pick);
        break;
      case 'deliver':
        await world.deliver(step.pick);
        break;
      case 'fail':
        await world.fail(step.pick);
        break;
      case 'sendBatch':
        world.sendBatch();
        break;
      case 'sendProgress':
        world.sendProgress();
        break;
      case 'receive':
        world.receive();
        break;
      case 'repeat':
        if (socket?.inbox[0] !== undefined) socket.inbox.unshift(socket.inbox[0]);
        break;
      case 'loseMessage':
        // A feed's greeting can't be lost without the connection.
        if (socket?.inbox[0]?.includes('"batch"') === true) socket.inbox.shift();
        break;
      case 'garble':
        socket?.inbox.unshift('{"type":"batch","epoch":');
        break;
      case 'break':
        socket?.break();
        break;
      case 'truncateLog':
        world.logBeginSeq = world.model.seq;
        break;
      case 'restart':
        this.#restart();
        break;
      case 'advance':
        world.advance(step.delayMs);
        break;
      case 'live':
        this.#harness.look({ type: 'live' });
        break;
      case 'key': {
        const key = { timestamp: step.timestamp, id: '' };
        this.#harness.look({ type: 'key', key, rowOffset: step.rowOffset });
        break;
      }
      case 'index':
        this.#harness.look({ type: 'index', index: step.pick });
        break;
    }
    await nextTask();
    this.compare();
  }

  /** Compares what the window holds with what it must hold, where its cursor says what that is. */
  compare(): void {
    const { engine } = this.#harness;
    const { model, newestPageSeq } = this.#world;
    const { cursor } = engine;
    // Rows of a page that is ahead of the feed are those of a later cursor.
    if (cursor?.epoch !== model.epoch || cursor.seq < newestPageSeq) return;
    expect(windowEvents(engine)).toEqual(expectedEvents(engine, model));
  }

  #change(change: Change): void {
    const { model } = this.#world;
    switch (change.type) {
      case 'insert':
        model.insert(eventNamed(this.#eventCount++, change.timestamp));
        break;
      case 'update':
        model.update(this.#id(change.pick), {
          message: `updated at ${model.seq}`,
          amount: change.pick,
        });
        break;
      case 'move':
        model.move(this.#id(change.pick), change.timestamp);
        break;
      case 'delete':
        if (model.ids.length > 0) model.delete(this.#id(change.pick));
        break;
    }
  }

  #id(pick: number): string {
    const { ids } = this.#world.model;
    return ids[pick % ids.length] ?? 'none';
  }

  #restart(): void {
    this.#epochCount++;
    this.#world.model = new EventModel(`epoch${this.#epochCount}`, this.#world.model.events);
    this.#world.logBeginSeq = 0;
    this.#world.newestPageSeq = 0;
    this.#world.socket?.break();
  }
}

describe('a session', () => {
  it.each([40, 300])(
    'holds what the backend has, whatever order pages and batches come in (capacity %i)',
    async (capacityRows) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 2 * capacityRows }),
          fc.boolean(),
          fc.boolean(),
          fc.array(step, { maxLength: 60 }),
          async (eventCount, isJoined, hasBlocks, steps) => {
            const events = Array.from({ length: eventCount }, (_, i) =>
              eventNamed(i, (i * 7) % 61),
            );
            const world = new SimulatedWorld(new EventModel('epoch1', events));
            world.hasBlocks = hasBlocks;
            const harness = await SessionHarness.start(world, { capacityRows });
            try {
              const play = new Play(world, harness);
              harness.look({ type: 'live' });
              if (isJoined) await world.settle();
              for (const each of steps) await play.run(each);
              await world.settle();
              expect(harness.engine.cursor).toEqual({
                epoch: world.model.epoch,
                seq: world.model.seq,
              });
              play.compare();
              expect(harness.state).toMatchObject({
                connection: 'live',
                stale: false,
                loading: false,
                error: undefined,
              });
              expect(harness.shown?.requestId).toBeDefined();
            } finally {
              harness.delete();
            }
          },
        ),
        { numRuns: 150 },
      );
    },
    120_000,
  );
});
