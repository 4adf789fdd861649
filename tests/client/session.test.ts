import { afterEach, describe, expect, it } from 'vitest';
import { EventModel } from '../support/event_model.js';
import { nextTask, SimulatedWorld } from '../support/simulated_world.js';
import { expectedEvents, windowEvents } from '../support/window_comparison.js';
import { keyOf, madeEvents, SessionHarness } from './session_harness.js';

const harnesses: SessionHarness[] = [];

afterEach(() => {
  for (const harness of harnesses.splice(0)) harness.delete();
});

interface Scene {
  readonly world: SimulatedWorld;
  readonly model: EventModel;
  readonly harness: SessionHarness;
}

/** A session over `count` events that has not been told where the reader is. */
async function makeScene(count: number, capacityRows = 10_000): Promise<Scene> {
  const model = new EventModel('epoch1', madeEvents(count));
  const world = new SimulatedWorld(model);
  const harness = await SessionHarness.start(world, { capacityRows });
  harnesses.push(harness);
  return { world, model, harness };
}

/** A scene whose reader follows the tail, with all pages loaded and the feed live. */
async function makeLiveScene(count: number, capacityRows?: number): Promise<Scene> {
  const scene = await makeScene(count, capacityRows);
  scene.harness.look({ type: 'live' });
  await scene.world.settle();
  return scene;
}

function expectConverged({ world, harness }: Scene): void {
  expect(harness.engine.cursor).toEqual({ epoch: world.model.epoch, seq: world.model.seq });
  expect(windowEvents(harness.engine)).toEqual(expectedEvents(harness.engine, world.model));
}

describe('a session that starts', () => {
  it('fetches nothing before it knows where the reader is', async () => {
    const { world, harness } = await makeScene(10);
    expect(world.requests).toHaveLength(0);
    expect(harness.state).toMatchObject({ connection: 'connecting', stale: true, rowCount: 0 });
  });

  it('shows the tail after one page of 200 rows, before the feed is open', async () => {
    const { world, harness } = await makeScene(1_000);
    harness.look({ type: 'live' });
    expect(world.requests.map(({ url }) => url)).toEqual([
      'http://backend/data?limit=200&direction=backward',
    ]);
    expect(harness.state.loading).toBe(true);
    world.answer(0);
    await world.deliver(0);
    expect(harness.rowIds.slice(-1)).toEqual(['e999']);
    expect(harness.shown).toMatchObject({ requestId: 1, topIndex: 195, found: true });
    expect(harness.state).toMatchObject({ connection: 'connecting', loading: false, stale: true });
    world.connect();
    expect(harness.state).toMatchObject({ connection: 'live', stale: false, totalCount: 1_000 });
  });

  it('shows the row of a link at the top, from pages on both its sides', async () => {
    const { world, model, harness } = await makeScene(1_000);
    harness.look({ type: 'key', key: keyOf(model, 'e500'), rowOffset: 0 });
    expect(world.requests.map(({ url }) => url)).toEqual([
      'http://backend/data?start=1500000%2Ce500&limit=200&direction=forward',
      'http://backend/data?stop=1500000%2Ce500&limit=200&direction=backward',
    ]);
    world.answer(0);
    world.answer(1);
    await world.deliver(1);
    await world.deliver(0);
    expect(harness.shown).toMatchObject({ topIndex: 200, found: true });
    expect(harness.rowIds).toEqual([
      'e498',
      'e499',
      'e500',
      'e501',
      'e502',
      'e503',
      'e504',
      'e505',
      'e506',
    ]);
  });

  it('says when the event of a link is not there, and shows its place', async () => {
    const { world, harness } = await makeScene(100);
    harness.look({ type: 'key', key: { timestamp: 1_050_000, id: 'gone' }, rowOffset: 0 });
    await world.settle();
    expect(harness.shown).toMatchObject({ topIndex: 51, found: false });
  });

  it('fills the window outward from the reader, up to its capacity', async () => {
    const scene = await makeScene(2_000, 1_000);
    scene.harness.look({ type: 'key', key: keyOf(scene.model, 'e1000'), rowOffset: 0 });
    await scene.world.settle();
    expect(scene.harness.engine.rowCount).toBeGreaterThan(950);
    const index = scene.harness.engine.indexOf('e1000') ?? 0;
    expect(index).toBeGreaterThan(200);
    expect(index).toBeLessThan(800);
    expectConverged(scene);
  });

  it('shows an empty timeline', async () => {
    const scene = await makeLiveScene(0);
    expect(scene.harness.shown?.block.rowCount).toBe(0);
    scene.model.insert({ id: 'first', timestamp: 5, kind: 'k', message: 'm' });
    await scene.world.settle();
    expect(scene.harness.rowIds).toEqual(['first']);
  });

  it('says offline while the backend is down, and recovers by itself', async () => {
    const { world, harness } = await makeScene(50);
    harness.look({ type: 'live' });
    for (let i = 0; i < 4; i++) {
      await world.fail(0);
      expect(harness.state.error).toMatchObject({ code: 'backend_unreachable' });
      world.advance(10_000);
    }
    expect(harness.state).toMatchObject({ connection: 'offline', stale: true, loading: true });
    await world.settle();
    expect(harness.state).toMatchObject({ connection: 'live', stale: false, error: undefined });
    expect(harness.state.rowCount).toBe(50);
  });

  it('tries again at once when it is told to', async () => {
    const { world, harness } = await makeScene(50);
    harness.look({ type: 'live' });
    await world.fail(0);
    expect(world.requests).toHaveLength(0);
    harness.session.receive({ type: 'retry' });
    expect(world.requests).toHaveLength(1);
  });
});

describe('a session that is live', () => {
  it('follows the tail', async () => {
    const { world, model, harness } = await makeLiveScene(20);
    model.insert({ id: 'new', timestamp: 9_000_000, kind: 'k', message: 'm' });
    world.sendBatch();
    world.receive();
    await nextTask();
    expect(harness.rowIds.at(-1)).toBe('new');
    expect(harness.shown?.topIndex).toBe(16);
  });

  it('sends no block for what is not on screen', async () => {
    const { world, model, harness } = await makeLiveScene(100);
    const blockCount = harness.blocks.length;
    model.update('e3', { message: 'changed' });
    world.sendBatch();
    world.receive();
    await nextTask();
    expect(harness.blocks).toHaveLength(blockCount);
    model.update('e98', { message: 'changed' });
    world.sendBatch();
    world.receive();
    await nextTask();
    expect(harness.blocks).toHaveLength(blockCount + 1);
  });

  it('refreshes row numbers no more than four times a second where the rows stay', async () => {
    const { world, model, harness } = await makeLiveScene(100);
    harness.look({ type: 'key', key: keyOf(model, 'e50'), rowOffset: 0 });
    await world.settle();
    const blockCount = harness.blocks.length;
    for (let i = 0; i < 20; i++) {
      model.insert({ id: `old${i}`, timestamp: i, kind: 'k', message: 'm' });
      world.sendBatch();
      world.receive();
      await nextTask();
      world.advance(100);
      await nextTask();
    }
    world.advance(1_000);
    await nextTask();
    expect(harness.blocks.length - blockCount).toBeGreaterThanOrEqual(6);
    expect(harness.blocks.length - blockCount).toBeLessThanOrEqual(10);
    expect(harness.shown?.topIndex).toBe(70);
    expect(harness.rowIds[2]).toBe('e50');
  });

  it('has one block on its way at a time, and answers the newest request next', async () => {
    const { model, harness } = await makeLiveScene(100);
    harness.isPainting = false;
    const blockCount = harness.blocks.length;
    harness.look({ type: 'rank', rank: 10 });
    harness.look({ type: 'rank', rank: 20 });
    const last = harness.look({ type: 'key', key: keyOf(model, 'e30'), rowOffset: 2 });
    expect(harness.blocks).toHaveLength(blockCount + 1);
    harness.paint();
    expect(harness.blocks).toHaveLength(blockCount + 2);
    expect(harness.shown).toMatchObject({ requestId: last, topIndex: 32 });
    harness.paint();
    expect(harness.blocks).toHaveLength(blockCount + 2);
  });

  it('keeps the row of a scrollbar position in place while rows come in above', async () => {
    const { world, model, harness } = await makeLiveScene(100);
    harness.look({ type: 'rank', rank: 40 });
    await nextTask();
    for (let i = 0; i < 7; i++)
      model.insert({ id: `old${i}`, timestamp: i, kind: 'k', message: 'm' });
    model.update('e41', { message: 'seen' });
    await world.settle();
    expect(harness.shown).toMatchObject({ topIndex: 47 });
    expect(harness.rowIds[2]).toBe('e40');
  });

  it('counts what is new since the reader left the tail, exactly while the window reaches it', async () => {
    const { world, model, harness } = await makeLiveScene(100);
    harness.look({ type: 'rank', rank: 40 });
    for (let i = 0; i < 3; i++) {
      model.insert({ id: `new${i}`, timestamp: 9_000_000 + i, kind: 'k', message: 'm' });
    }
    model.insert({ id: 'late', timestamp: 5, kind: 'k', message: 'm' });
    model.delete('new1');
    await world.settle();
    expect(harness.state.newCount).toBe(2);
    harness.look({ type: 'live' });
    await world.settle();
    expect(harness.state.newCount).toBe(0);
  });

  it('counts what is new also where the window does not reach the tail', async () => {
    const { world, model, harness } = await makeLiveScene(2_000, 500);
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    await world.settle();
    expect(harness.state.coverage?.end).toBeDefined();
    for (let i = 0; i < 3; i++) {
      model.insert({ id: `new${i}`, timestamp: 9_000_000 + i, kind: 'k', message: 'm' });
    }
    model.insert({ id: 'late', timestamp: 1_500_500, kind: 'k', message: 'm' });
    model.delete('new1');
    await world.settle();
    expect(harness.state.newCount).toBe(2);
  });

  it('counts what is new since a reader began elsewhere', async () => {
    const { world, model, harness } = await makeScene(2_000, 500);
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    await world.settle();
    expect(harness.state.newCount).toBe(0);
    for (let i = 0; i < 3; i++) {
      model.insert({ id: `new${i}`, timestamp: 9_000_000 + i, kind: 'k', message: 'm' });
    }
    await world.settle();
    expect(harness.state.newCount).toBe(3);
  });

  it('coalesces states that change only in numbers', async () => {
    const { world, model, harness } = await makeLiveScene(10);
    const stateCount = harness.states.length;
    for (let i = 0; i < 10; i++) {
      model.update('e1', { message: `change ${i}` });
      world.sendBatch();
      world.receive();
    }
    expect(harness.states).toHaveLength(stateCount);
    world.advance(250);
    expect(harness.states).toHaveLength(stateCount + 1);
    expect(harness.state).toMatchObject({
      mutationCount: 10,
      cursor: { epoch: 'epoch1', seq: 10 },
    });
  });
});

describe('a session whose reader jumps beyond the window', () => {
  it('keeps the old rows up to date until the new ones are there, and the feed open', async () => {
    const scene = await makeLiveScene(3_000, 500);
    const { world, model, harness } = scene;
    const socketCount = world.socketCount;
    const request = harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    expect(harness.state.loading).toBe(true);
    world.answer(0);
    world.answer(1);
    model.update('e2999', { message: 'still here' });
    model.update('e101', { message: 'newer than its page' });
    model.delete('e102');
    model.insert({ id: 'between', timestamp: 1_100_500, kind: 'k', message: 'm' });
    world.sendBatch();
    world.receive();
    await nextTask();
    expect(JSON.stringify(harness.rows)).toContain('still here');
    expect(harness.shown?.requestId).toBeLessThan(request);
    await world.deliver(0);
    await world.deliver(0);
    await nextTask();
    expect(harness.shown?.requestId).toBe(request);
    expect(harness.rowIds.slice(2, 6)).toEqual(['e100', 'e101', 'e102', 'e103']);
    expect(harness.state).toMatchObject({ connection: 'live', loading: false });
    world.connect();
    world.sendBatch();
    world.receive();
    await nextTask();
    expect(harness.rowIds.slice(2, 6)).toEqual(['e100', 'between', 'e101', 'e103']);
    expectConverged(scene);
    await world.settle();
    expectConverged(scene);
    expect(world.socketCount).toBe(socketCount);
  });

  it('asks again where more changes came than are kept for a page', async () => {
    const scene = await makeLiveScene(3_000, 500);
    const { world, model, harness } = scene;
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    for (const letter of ['a', 'b']) {
      model.update('e2999', { message: letter.repeat(9 << 20) });
      world.sendBatch();
      world.receive();
    }
    expect(world.requests).toHaveLength(0);
    expect(harness.state).toMatchObject({ connection: 'live', error: { code: 'backlog_full' } });
    await world.settle();
    expect(harness.rowIds[2]).toBe('e100');
    expectConverged(scene);
  });

  it('refuses a page that is older than the rows it has', async () => {
    const scene = await makeLiveScene(3_000, 500);
    const { world, model, harness } = scene;
    model.update('e100', { message: 'forgotten by a cache' });
    world.sendProgress();
    while (world.receive());
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    for (const index of [0, 1]) {
      world.answer(index, (response) => {
        response.headers.set('eventglass-seq', '0');
        return response;
      });
    }
    await world.deliver(0);
    await world.deliver(0);
    expect(harness.state).toMatchObject({ loading: true, error: { code: 'page_too_old' } });
    await world.settle();
    expect(JSON.stringify(harness.rows)).toContain('forgotten by a cache');
    expectConverged(scene);
  });

  it('gives a jump up when the reader comes back', async () => {
    const { world, model, harness } = await makeLiveScene(3_000, 500);
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    expect(world.requests).toHaveLength(2);
    const request = harness.look({ type: 'live' });
    await nextTask();
    expect(world.requests).toHaveLength(0);
    expect(harness.shown?.requestId).toBe(request);
    expect(harness.state.loading).toBe(false);
  });

  it('loads the place of the last of several jumps', async () => {
    const scene = await makeLiveScene(3_000, 500);
    const { world, model, harness } = scene;
    for (const id of ['e100', 'e1500', 'e800']) {
      harness.look({ type: 'key', key: keyOf(model, id), rowOffset: 0 });
    }
    expect(world.requests.map(({ url }) => url.includes('e800'))).toEqual([true, true]);
    await world.settle();
    expect(harness.rowIds[2]).toBe('e800');
    expectConverged(scene);
  });

  it('returns to the tail after the window has let go of it', async () => {
    const scene = await makeLiveScene(3_000, 500);
    const { world, model, harness } = scene;
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    await world.settle();
    model.insert({ id: 'new', timestamp: 9_000_000, kind: 'k', message: 'm' });
    harness.look({ type: 'live' });
    await world.settle();
    expect(harness.rowIds.at(-1)).toBe('new');
    expectConverged(scene);
  });

  it('reads on beyond the window by scrolling, in both directions', async () => {
    const scene = await makeScene(1_000, 300);
    const { world, model, harness } = scene;
    harness.look({ type: 'live' });
    await world.settle();
    for (const direction of [-1, 1]) {
      for (let i = 0; i < 120; i++) {
        const id = direction < 0 ? 990 - 8 * i : 8 * i;
        harness.look({ type: 'key', key: keyOf(model, `e${Math.max(0, id)}`), rowOffset: 0 });
        await world.settle();
        expect(harness.rowIds).toContain(`e${Math.max(0, id)}`);
        expect(harness.state.loading).toBe(false);
      }
      expectConverged(scene);
    }
  }, 60_000);
});

describe('a session whose pages are too large', () => {
  it('asks for fewer rows until they fit, and for more again', async () => {
    const scene = await makeScene(1_000);
    const { world, model, harness } = scene;
    // Two such messages are more than a page may have.
    const message = 'x'.repeat(9 << 20);
    model.update('e990', { message });
    model.update('e995', { message });
    harness.look({ type: 'live' });
    await world.settle();
    expect(harness.state).toMatchObject({ connection: 'live', rowCount: 1_000, error: undefined });
    expect(harness.rowIds.at(-1)).toBe('e999');
    expectConverged(scene);
  });
});

describe('a session with an error of a page that nobody needs any more', () => {
  it('takes the error back', async () => {
    const { world, model, harness } = await makeLiveScene(2_000, 500);
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    await world.fail(0);
    await world.fail(0);
    expect(harness.state.error).toMatchObject({ code: 'backend_unreachable' });
    harness.look({ type: 'live' });
    await world.settle();
    expect(harness.state).toMatchObject({ connection: 'live', error: undefined });
  });
});

describe('a session that loses history', () => {
  it('loads while the reader goes on scrolling', async () => {
    const scene = await makeLiveScene(3_000, 500);
    const { world, model, harness } = scene;
    harness.look({ type: 'key', key: keyOf(model, 'e2900'), rowOffset: 0 });
    await world.settle();
    world.model = new EventModel('epoch2', model.events);
    world.socket?.break();
    world.advance(300);
    world.connect();
    world.advance(300);
    const signals = world.requests.map(({ signal }) => signal);
    expect(signals).toHaveLength(2);
    for (let row = 2899; row > 2880; row--) {
      harness.look({ type: 'key', key: keyOf(model, `e${row}`), rowOffset: 0 });
      world.advance(16);
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    await world.settle();
    expect(harness.rowIds[2]).toBe('e2881');
    expect(harness.state).toMatchObject({ connection: 'live', stale: false });
    expectConverged(scene);
  });

  it.each(['restart', 'truncated log'])(
    'keeps the old rows, marked stale, over a %s',
    async (how) => {
      const scene = await makeLiveScene(3_000, 500);
      const { world, model, harness } = scene;
      harness.look({ type: 'key', key: keyOf(model, 'e2900'), rowOffset: 0 });
      await world.settle();
      const rows = harness.rows;
      model.update('e2901', { message: 'after the reset' });
      if (how === 'restart') {
        world.model = new EventModel('epoch2', model.events);
      } else {
        world.logBeginSeq = model.seq;
      }
      world.socket?.break();
      expect(harness.state).toMatchObject({ connection: 'reconnecting', stale: true });
      world.advance(300);
      world.connect();
      expect(harness.state).toMatchObject({
        stale: true,
        loading: true,
        error: { code: 'history_lost' },
      });
      expect(harness.rows).toEqual(rows);
      expect(harness.engine.rowCount).toBeGreaterThan(100);
      world.advance(300);
      expect(world.requests[0]?.url).toContain('start=3900000%2Ce2900&limit=200');
      await world.settle();
      expect(harness.rowIds[2]).toBe('e2900');
      expect(JSON.stringify(harness.rows)).toContain('after the reset');
      expect(harness.state).toMatchObject({
        connection: 'live',
        stale: false,
        loading: false,
        error: undefined,
      });
      expectConverged(scene);
    },
  );

  it('learns of a new epoch from a page as well', async () => {
    const scene = await makeLiveScene(3_000, 500);
    const { world, model, harness } = scene;
    world.model = new EventModel('epoch2', model.events);
    harness.look({ type: 'key', key: keyOf(model, 'e100'), rowOffset: 0 });
    world.answer(0);
    world.answer(1);
    await world.deliver(0);
    await world.deliver(0);
    expect(harness.state).toMatchObject({ stale: true, error: { code: 'history_lost' } });
    expect(harness.engine.rowCount).toBe(500);
    await world.settle();
    expect(harness.rowIds[2]).toBe('e100');
    expectConverged(scene);
  });

  it('does not hammer a backend that resets every feed', async () => {
    const { world, harness } = await makeLiveScene(100);
    let requestCount = 0;
    for (let second = 0; second < 60; second++) {
      world.logBeginSeq = Infinity;
      world.socket?.break();
      for (let i = 0; i < 10; i++) {
        world.advance(100);
        world.connect();
        while (world.requests.length > 0) {
          requestCount++;
          world.answer(0);
          await world.deliver(0);
        }
      }
    }
    expect(requestCount).toBeLessThan(25);
    expect(harness.rows).toHaveLength(7);
  });
});

describe('a feed that fails', () => {
  it('is noticed by its silence, and resumed from the cursor', async () => {
    const scene = await makeLiveScene(100);
    const { world, model, harness } = scene;
    model.insert({ id: 'missed', timestamp: 9_000_000, kind: 'k', message: 'm' });
    world.advance(4_900);
    expect(harness.state.connection).toBe('live');
    world.advance(200);
    expect(harness.state).toMatchObject({
      connection: 'reconnecting',
      stale: true,
      error: { code: 'feed_silent' },
    });
    await world.settle();
    expect(harness.rowIds.at(-1)).toBe('missed');
    expect(harness.state).toMatchObject({ connection: 'live', error: undefined });
    expectConverged(scene);
  });

  it('is noticed by a heartbeat where the last batch was lost', async () => {
    const scene = await makeLiveScene(100);
    const { world, model, harness } = scene;
    model.insert({ id: 'lost', timestamp: 9_000_000, kind: 'k', message: 'm' });
    world.sendBatch();
    world.socket?.inbox.shift();
    world.sendProgress();
    while (world.receive());
    expect(harness.state).toMatchObject({
      connection: 'reconnecting',
      error: { code: 'messages_lost' },
    });
    await world.settle();
    expect(harness.rowIds.at(-1)).toBe('lost');
  });

  it('tries less and less often, and says offline', async () => {
    const { world, harness } = await makeLiveScene(10);
    const before = world.socketCount;
    for (let i = 0; i < 600; i++) {
      world.socket?.break();
      world.advance(100);
    }
    expect(harness.state).toMatchObject({ connection: 'offline', stale: true });
    expect(harness.rows).toHaveLength(7);
    expect(world.socketCount - before).toBeGreaterThan(5);
    expect(world.socketCount - before).toBeLessThan(20);
    harness.session.receive({ type: 'retry' });
    world.connect();
    expect(harness.state.connection).toBe('live');
  });

  it('gives way to pages where the backend repeats a message that nobody can read', async () => {
    const scene = await makeLiveScene(100);
    const { world, model, harness } = scene;
    model.update('e99', { message: 'poisoned' });
    for (let i = 0; i < 3; i++) {
      world.advance(10_000);
      world.connect();
      world.socket?.receive('{"type":"batch","epoch":"epoch1","prevSeq":0,"seq":1,"mutations":[}');
    }
    expect(harness.state).toMatchObject({
      stale: true,
      loading: true,
      error: { code: 'message_malformed' },
    });
    await world.settle();
    expect(JSON.stringify(harness.rows)).toContain('poisoned');
    expectConverged(scene);
  });
});

/** What the client has subscribed last. */
function subscribed(world: SimulatedWorld): {
  readonly afterSeq: number;
  readonly filter?: string;
  readonly ranges: readonly { readonly begin: string; readonly end: string }[];
} {
  const text = world.socket?.sent.at(-1) ?? '';
  return JSON.parse(text) as ReturnType<typeof subscribed>;
}

describe('a session over a timeline far larger than its window', () => {
  it('shows the event of a rank at the top, from one page around it', async () => {
    const scene = await makeLiveScene(3_000, 300);
    const { world, harness } = scene;
    const socketCount = world.socketCount;
    harness.look({ type: 'rank', rank: 1_234 });
    expect(world.requests.map(({ url }) => url)).toEqual([
      'http://backend/data?rank=1084&limit=300&direction=forward',
    ]);
    world.answer(0);
    await world.deliver(0);
    expect(harness.top).toEqual({ id: 'e1234', rank: 1_234 });
    expect(harness.shown?.totalCount).toBe(3_000);
    await world.settle();
    expect(harness.top).toEqual({ id: 'e1234', rank: 1_234 });
    expect(world.socketCount).toBe(socketCount);
    expectConverged(scene);
  });

  it('goes to the first and the last event by their ranks, and no farther', async () => {
    const { world, harness } = await makeLiveScene(3_000, 300);
    harness.look({ type: 'rank', rank: 0 });
    await world.settle();
    expect(harness.top).toEqual({ id: 'e0', rank: 0 });
    harness.look({ type: 'rank', rank: 1e9 });
    await world.settle();
    expect(harness.top).toEqual({ id: 'e2999', rank: 2_999 });
  });

  it('loads the last of several ranks, and gives the others up', async () => {
    const { world, harness } = await makeLiveScene(3_000, 300);
    const signals = [500, 1_000, 1_500].map((rank) => {
      harness.look({ type: 'rank', rank });
      return world.requests.at(-1)?.signal;
    });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, false]);
    await world.settle();
    expect(harness.top?.rank).toBe(1_500);
  });

  it('waits for a page that has the next rank as well', async () => {
    const { world, harness } = await makeLiveScene(3_000, 300);
    harness.look({ type: 'rank', rank: 1_000 });
    const signal = world.requests[0]?.signal;
    harness.look({ type: 'rank', rank: 1_020 });
    expect([signal?.aborted, world.requests.length]).toEqual([false, 1]);
    world.answer(0);
    await world.deliver(0);
    expect(harness.top).toEqual({ id: 'e1020', rank: 1_020 });
  });

  it('holds the row of a rank while others come in anywhere, and numbers it anew', async () => {
    const { world, model, harness } = await makeLiveScene(3_000, 300);
    harness.look({ type: 'rank', rank: 1_500 });
    await world.settle();
    for (let i = 0; i < 4; i++) {
      model.insert({ id: `old${i}`, timestamp: i, kind: 'k', message: 'm' });
    }
    model.insert({ id: 'near', timestamp: 2_499_500, kind: 'k', message: 'm' });
    model.delete('e2900');
    await world.settle();
    expect(harness.top).toEqual({ id: 'e1500', rank: 1_505 });
    expect(harness.shown?.totalCount).toBe(3_004);
  });

  it('numbers rows right when a batch has evicted some, before anything is counted', async () => {
    const { world, model, harness } = await makeLiveScene(3_000, 300);
    for (let i = 0; i < 7; i++) {
      model.insert({ id: `new${i}`, timestamp: 9_000_000 + i, kind: 'k', message: 'm' });
    }
    world.sendBatch();
    world.receive();
    await nextTask();
    expect(harness.shown).toMatchObject({ totalCount: 3_007 });
    expect(harness.top?.rank).toBe(3_002);
  });

  it('follows no more than is near the window', async () => {
    const { world, harness } = await makeLiveScene(3_000, 300);
    harness.look({ type: 'rank', rank: 1_500 });
    await world.settle();
    const [range] = subscribed(world).ranges;
    // A capacity on each side of the middle, an event a second from 1,000 s on.
    expect(Number(range?.begin)).toBeGreaterThan(1_000_000 + 1_000 * 1_100);
    expect(Number(range?.end)).toBeLessThan(1_000_000 + 1_000 * 1_900);
    const before = harness.state.mutationCount;
    world.model.update('e100', { message: 'far away' });
    world.sendBatch();
    expect(world.socket?.inbox).toEqual([]);
    expect(harness.state.mutationCount).toBe(before);
  });

  it('follows less once it knows how much it follows', async () => {
    // The first page has one moment alone, which tells nothing of how far to go.
    const events = madeEvents(6_000).map((event, i) =>
      i > 2_700 && i < 3_300 ? { ...event, timestamp: 4_000_000 } : event,
    );
    const world = new SimulatedWorld(new EventModel('epoch1', events));
    const harness = await SessionHarness.start(world, { capacityRows: 300 });
    harnesses.push(harness);
    harness.look({ type: 'rank', rank: 3_000 });
    world.answer(0);
    await world.deliver(0);
    world.connect();
    expect(subscribed(world).ranges).toEqual([{ begin: 'open', end: 'open' }]);
    await world.settle();
    const [range] = subscribed(world).ranges;
    expect([range?.begin, range?.end]).not.toContain('open');
  });

  it('numbers rows right where a move leaves every count as it was', async () => {
    const { world, model, harness } = await makeLiveScene(3_000, 300);
    harness.look({ type: 'rank', rank: 1_500 });
    await world.settle();
    const first = harness.engine.keyAt(1);
    model.move('e10', first.timestamp + 500);
    await world.settle();
    expect(harness.shown?.rowsBefore).toBe(model.rankOf(harness.engine.coverage?.begin, ''));
    expect(harness.top).toEqual({ id: 'e1500', rank: 1_500 });
  });

  it('subscribes from the cursor of a page that begins the window anew, over the same socket', async () => {
    const { world, model, harness } = await makeLiveScene(3_000, 300);
    model.update('e5', { message: 'unheard of' });
    harness.look({ type: 'rank', rank: 1_500 });
    world.answer(0);
    await world.deliver(0);
    world.advance(50);
    expect(subscribed(world)).toMatchObject({ afterSeq: 1 });
  });

  it('widens the window by pages that the feed has followed, and begins it anew with others', async () => {
    const scene = await makeScene(6_000, 1_000);
    const { world, harness } = scene;
    harness.look({ type: 'rank', rank: 3_000 });
    world.answer(0);
    await world.deliver(0);
    world.connect();
    // A fill is given up for it; the feed follows an eighth of a capacity around the first page.
    harness.look({ type: 'rank', rank: 3_250 });
    world.answer(0);
    await world.deliver(0);
    expect(harness.top).toEqual({ id: 'e3250', rank: 3_250 });
    expect(harness.engine.rowCount).toBe(400);
    for (const side of [1, -1]) {
      await world.settle();
      const { rowCount } = harness.engine;
      const edge = harness.engine.keyAt(side > 0 ? rowCount - 1 : 0);
      const rank = (edge.timestamp - 1_000_000) / 1_000 + 100 * side;
      harness.look({ type: 'rank', rank });
      world.answer(0);
      await world.deliver(0);
      expect(harness.top?.rank).toBe(rank);
      expect(harness.engine.rowCount).toBeGreaterThanOrEqual(rowCount);
      expectConverged(scene);
    }
  });

  it('tells the page how many events there are over time', async () => {
    const { world, model, harness } = await makeLiveScene(3_000, 300);
    const sum = (): number =>
      harness.densities.at(-1)?.counts.reduce((all, count) => all + count, 0) ?? 0;
    expect(sum()).toBe(3_000);
    model.delete('e7');
    await world.settle();
    expect(sum()).toBe(2_999);
  });
});

describe('a session with a filter', () => {
  it('shows the events that match, and their place among these', async () => {
    const scene = await makeLiveScene(3_000, 300);
    const { world, model, harness } = scene;
    const request = harness.look({ type: 'rank', rank: 500 }, 'kind:kind1');
    expect(world.requests[0]?.url).toContain('filter=kind%3Akind1');
    expect(harness.state.loading).toBe(true);
    await world.settle();
    expect(harness.shown).toMatchObject({ requestId: request, totalCount: 1_000 });
    expect(harness.top).toEqual({ id: 'e1501', rank: 500 });
    expect(harness.state).toMatchObject({ totalCount: 3_000, matchCount: 1_000 });
    expect(subscribed(world).filter).toBe('kind:kind1');
    model.update('e1500', { kind: 'kind1' });
    model.update('e1504', { kind: 'kind2' });
    await world.settle();
    expect(harness.rowIds).toEqual(expect.arrayContaining(['e1500', 'e1501']));
    expect(harness.rowIds).not.toContain('e1504');
    harness.look({ type: 'rank', rank: 1_500 });
    await world.settle();
    expect(harness.state.matchCount).toBeUndefined();
    expect(harness.top?.rank).toBe(1_500);
    expectConverged(scene);
  });

  it('keeps the rows and says where the fault is when a filter is none', async () => {
    const { world, model, harness } = await makeLiveScene(100);
    const rows = harness.rowIds;
    harness.look({ type: 'live' }, 'kind:(');
    await world.settle();
    expect(harness.state.filterError).toMatchObject({ begin: 0, end: 6 });
    expect(harness.state).toMatchObject({ connection: 'live', loading: false, error: undefined });
    expect(harness.rowIds).toEqual(rows);
    model.insert({ id: 'new', timestamp: 9_000_000, kind: 'k', message: 'm' });
    await world.settle();
    expect(harness.rowIds.at(-1)).toBe('new');
    harness.look({ type: 'live' }, 'kind:kind1');
    expect(harness.state.filterError).toBeUndefined();
    await world.settle();
    expect(harness.rowIds.at(-1)).toBe('e97');
  });

  it('counts nothing as new that only the filter has hidden', async () => {
    const { world, model, harness } = await makeLiveScene(1_000, 300);
    harness.look({ type: 'live' }, 'kind:kind0');
    await world.settle();
    model.insert({ id: 'hidden', timestamp: 9_000_000, kind: 'k', message: 'm' });
    harness.look({ type: 'rank', rank: 0 }, 'kind:kind0');
    await world.settle();
    harness.look({ type: 'rank', rank: 0 });
    await world.settle();
    expect(harness.state.newCount).toBe(0);
    model.insert({ id: 'new', timestamp: 9_000_001, kind: 'k', message: 'm' });
    await world.settle();
    expect(harness.state.newCount).toBe(1);
  });

  it('goes on without a filter that pages take and the feed does not', async () => {
    const { world, harness } = await makeLiveScene(100);
    harness.look({ type: 'live' }, 'kind:kind1');
    world.refusal = 'invalid_filter';
    world.answer(0);
    await world.deliver(0);
    world.advance(50);
    world.connect();
    world.refusal = undefined;
    await world.settle();
    expect(harness.state).toMatchObject({ connection: 'live', error: undefined, rowCount: 100 });
    expect(harness.state.filterError).toBeDefined();
  });

  it.each([
    ['too_many_filters', 'too_many_filters'],
    ['invalid_subscription', 'backend_complained'],
  ])('tries again after %s, from its cursor', async (refusal, code) => {
    const scene = await makeLiveScene(1_000, 300);
    const { world, harness } = scene;
    world.refusal = refusal;
    harness.look({ type: 'live' }, 'kind:kind1');
    world.answer(0);
    await world.deliver(0);
    world.advance(50);
    world.connect();
    expect(harness.state).toMatchObject({ stale: true, error: { code } });
    expect(harness.rowIds.at(-1)).toBe('e997');
    const { socketCount } = world;
    world.advance(4_500);
    expect(world.socketCount).toBe(socketCount);
    world.refusal = undefined;
    await world.settle();
    expect(harness.state).toMatchObject({ connection: 'live', error: undefined });
    expect(harness.rowIds.at(-1)).toBe('e997');
  });
});
