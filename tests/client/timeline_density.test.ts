import { beforeEach, describe, expect, it } from 'vitest';
import { BackendSource } from '../../wasm/ts/client/backend_source.js';
import type { Density } from '../../wasm/ts/client/density.js';
import { TimelineDensity } from '../../wasm/ts/client/timeline_density.js';
import { EventModel } from '../support/event_model.js';
import { SimulatedWorld } from '../support/simulated_world.js';
import { madeEvents } from './session_harness.js';

let world: SimulatedWorld;
let density: TimelineDensity;
let rangeCount: number;

beforeEach(() => {
  // From 1,000,000 to 2,599,000 ms.
  world = new SimulatedWorld(new EventModel('epoch1', madeEvents(1_600)));
  rangeCount = 0;
  density = new TimelineDensity(new BackendSource('http://backend', world), world, () => {
    rangeCount++;
  });
});

function posted(): readonly Density[] {
  return world.posted.flatMap((message) => (message.type === 'density' ? [message.density] : []));
}

async function answer(): Promise<void> {
  world.answer(0, undefined, world.asides);
  await world.deliver(0, world.asides);
}

/** What the feed would say of the whole of it. */
function whole(before = 0): Parameters<TimelineDensity['receive']>[0] {
  const { start = 0, stop = 0 } = density.range ?? {};
  const counts = Uint32Array.of(1, 2, 3);
  return { type: 'whole', density: { start, stop, before, counts } };
}

describe('the density', () => {
  it('asks how far the timeline reaches, and has the feed count a sixteenth more', async () => {
    density.watch('');
    expect(world.asides.map(({ url }) => url)).toEqual([
      'http://backend/data/density?buckets=1000',
    ]);
    expect(density.range).toBeUndefined();
    await answer();
    expect(density.range).toEqual({ start: 1_000_000, stop: 2_698_939, buckets: 1_000 });
    expect(rangeCount).toBe(1);
    expect(posted()).toEqual([density.known]);
    expect(density.known).toMatchObject({ start: 1_000_000, stop: 2_599_001, before: 0 });
    expect(density.known?.counts.reduce((sum, count) => sum + count, 0)).toBe(1_600);
  });

  it('counts a minute more at least', async () => {
    world.model = new EventModel('epoch1', madeEvents(1));
    density.watch('');
    await answer();
    expect(density.range).toEqual({ start: 1_000_000, stop: 1_060_001, buckets: 1_000 });
  });

  it('follows the feed', async () => {
    density.watch('');
    await answer();
    density.receive(whole());
    density.receive({ type: 'changes', before: 0, changes: [[1, 9]] });
    expect(density.known?.counts).toEqual(Uint32Array.of(1, 9, 3));
    expect(posted()).toHaveLength(3);
    // What was posted before stays as it was.
    expect(posted()[1]?.counts).toEqual(Uint32Array.of(1, 2, 3));
  });

  it.each([
    ['after its range', () => density.noteAfter(1)],
    ['before its range', () => density.receive(whole(1))],
  ])('asks again where there are events %s, every 10 s at most', async (_where, note) => {
    density.watch('');
    await answer();
    for (let i = 0; i < 99; i++) {
      note();
      expect(world.asides).toHaveLength(0);
      world.advance(100);
    }
    world.advance(200);
    expect(world.asides).toHaveLength(1);
    await answer();
    expect(rangeCount).toBe(2);
    density.noteAfter(0);
    density.receive(whole(0));
    world.advance(60_000);
    expect(world.asides).toHaveLength(0);
  });

  it('begins anew with another filter', async () => {
    density.watch('');
    await answer();
    density.watch('kind:kind1');
    expect([density.known, density.range]).toEqual([undefined, undefined]);
    density.watch('kind:kind2');
    expect(world.asides.map(({ url }) => url)).toEqual([
      'http://backend/data/density?buckets=1000&filter=kind%3Akind2',
    ]);
    await answer();
    expect(density.range?.start).toBe(1_002_000);
    // Changes of counts that it does not have are nothing.
    density.watch('kind:kind0');
    density.receive({ type: 'changes', before: 0, changes: [[1, 9]] });
    expect(density.known).toBeUndefined();
  });

  it('tries again after what went wrong, less and less often', async () => {
    density.watch('');
    let tries = 0;
    for (let second = 0; second < 60; second++) {
      if (world.asides.length > 0) {
        tries++;
        await world.fail(0, world.asides);
      }
      world.advance(1_000);
    }
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(20);
    world.advance(10_000);
    await answer();
    expect(density.range).toBeDefined();
  });

  it('does not ask again for a filter that is none', async () => {
    density.watch('kind:(');
    await answer();
    world.advance(60_000);
    expect(world.asides).toHaveLength(0);
    expect(rangeCount).toBe(0);
  });

  it('asks for nothing once it is closed', async () => {
    density.watch('');
    density.close();
    expect(world.asides).toHaveLength(0);
    density.watch('kind:kind1');
    await answer();
    density.noteAfter(1);
    density.close();
    world.advance(60_000);
    expect(world.asides).toHaveLength(0);
  });
});
