import fc from 'fast-check';
import { it } from 'vitest';
import { EventModel } from '../../support/event_model.js';
import { SimulatedWorld } from '../../support/simulated_world.js';
import { SessionHarness } from '../session_harness.js';
import { eventNamed, Play } from './play.js';
import { step, type Step } from './step.js';

/*
 * More schedules than the 10,000 of every run, from another seed each time, or one that failed again:
 *
 *     EVENTGLASS_SCHEDULES=1000000 pnpm --filter @eventglass/tests exec vitest run --project=client client/interleaving
 *     EVENTGLASS_SCHEDULES=1000000 EVENTGLASS_SEED=-1234 pnpm …
 */
const defaultCount = 10_000;
const count = process.env['EVENTGLASS_SCHEDULES'];
const seed = process.env['EVENTGLASS_SEED'];

/** A busy machine takes a tenth of a second for one. */
const allowedMs = 200;

interface Window {
  readonly capacityRows: number;
  /** Events that there are at most in the beginning. */
  readonly maxEvents: number;
  /** Of all schedules, those with such a window. */
  readonly share: number;
}

interface Schedule {
  readonly eventCount: number;
  /** Everything is there before the first step. */
  readonly isJoined: boolean;
  /** The backend answers pages as row blocks. */
  readonly hasBlocks: boolean;
  readonly steps: readonly Step[];
}

async function play(schedule: Schedule, capacityRows: number): Promise<void> {
  const { eventCount, isJoined, hasBlocks, steps } = schedule;
  const events = Array.from({ length: eventCount }, (_, i) => eventNamed(i, (i * 7) % 61));
  const world = new SimulatedWorld(new EventModel('epoch1', events));
  world.hasBlocks = hasBlocks;
  const harness = await SessionHarness.start(world, { capacityRows });
  try {
    const game = new Play(world, harness);
    game.look({ type: 'live' });
    if (isJoined) await game.rest();
    for (const each of steps) await game.run(each);
    await game.rest();
  } finally {
    harness.delete();
  }
}

/** Plays schedules at random; one that fails is made as short as can be, and printed with its seed. */
export function testSchedules({ capacityRows, maxEvents, share }: Window): void {
  const numRuns = Math.round(Number(count ?? defaultCount) * share);
  const schedule: fc.Arbitrary<Schedule> = fc.record({
    eventCount: fc.integer({ min: 0, max: maxEvents }),
    isJoined: fc.boolean(),
    hasBlocks: fc.boolean(),
    steps: fc.array(step, { maxLength: 60, size: 'max' }),
  });
  it(
    `a session with ${capacityRows} rows holds what the backend has, whatever order pages and messages come in`,
    async () => {
      await fc.assert(
        fc.asyncProperty(schedule, (each) => play(each, capacityRows)),
        // Without a count the same schedules each time, so that what fails is due to what was changed.
        {
          numRuns,
          ...(count === undefined ? { seed: 1 } : {}),
          ...(seed ? { seed: Number(seed) } : {}),
        },
      );
    },
    60_000 + numRuns * allowedMs,
  );
}
