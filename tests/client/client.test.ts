import { createEngine } from 'eventglass';
import { beforeEach, describe, expect, it } from 'vitest';
import { type BlockUpdate, TimelineClient } from '../../wasm/ts/client/client.js';
import type { ClientState } from '../../wasm/ts/client/client_state.js';
import type { Density } from '../../wasm/ts/client/density.js';
import type { FromWorker, ToWorker } from '../../wasm/ts/client/messages.js';
import { modelSchema } from '../support/event_model.js';
import { madeEvents } from './session_harness.js';

/** A worker without a thread: keeps what it is told, and says what the test wants. */
class SilentWorker extends EventTarget {
  readonly told: ToWorker[] = [];
  isTerminated = false;

  postMessage(message: ToWorker, transfer: Transferable[]): void {
    this.told.push(structuredClone(message, { transfer }));
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(message: FromWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data: message }));
  }

  crash(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message }));
  }
}

let workers: SilentWorker[];
let blocks: BlockUpdate[];
let states: ClientState[];
let densities: Density[];

beforeEach(() => {
  densities = [];
  workers = [];
  blocks = [];
  states = [];
});

function makeClient(): TimelineClient {
  return new TimelineClient({
    backendUrl: 'http://backend',
    schema: modelSchema,
    worker: () => {
      const worker = new SilentWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    onBlock: (update) => blocks.push(update),
    onState: (state) => states.push(state),
    onDensity: (density) => densities.push(density),
  });
}

function lastWorker(): SilentWorker {
  const worker = workers.at(-1);
  if (worker === undefined) throw new Error('no worker was made');
  return worker;
}

async function makeBlock(count: number): Promise<ArrayBuffer> {
  const engine = await createEngine({ schema: modelSchema });
  try {
    const json = new TextEncoder().encode(JSON.stringify(madeEvents(count)));
    const covered = { begin: undefined, end: undefined };
    engine.applyPage(json, { cursor: { epoch: 'e', seq: 1 }, covered });
    return engine.readRows({ begin: 0, end: count }).buffer;
  } finally {
    engine.delete();
  }
}

const place = { requestId: 1, topIndex: 0, found: true, rowsBefore: 7, totalCount: 10 };

const look = { target: { type: 'live' }, rowCount: 5, overscanRows: 2 } as const;

describe('a client', () => {
  it('starts its worker, and tells it the last viewport of a task', async () => {
    const client = makeClient();
    client.setViewport(look);
    expect(client.setViewport({ ...look, rowCount: 9 })).toBe(2);
    await Promise.resolve();
    expect(lastWorker().told).toEqual([
      {
        type: 'start',
        backendUrl: 'http://backend',
        source: undefined,
        schema: modelSchema,
        capacityRows: undefined,
      },
      { type: 'viewport', request: { ...look, id: 2, rowCount: 9 } },
    ]);
    client.delete();
  });

  it('hands over blocks, and gives a buffer back once a newer block is painted', async () => {
    using client = makeClient();
    const [first, second] = [await makeBlock(2), await makeBlock(3)];
    lastWorker().say({ type: 'block', buffer: first, place });
    client.painted();
    expect(lastWorker().told.at(-1)).toEqual({ type: 'painted', spare: undefined });
    lastWorker().say({ type: 'block', buffer: second, place: { ...place, topIndex: 1 } });
    expect(blocks.map(({ block }) => block.event(1)['id'])).toEqual(['e1', 'e1']);
    client.painted();
    const painted = lastWorker().told.at(-1);
    expect(painted?.type === 'painted' && painted.spare instanceof ArrayBuffer).toBe(true);
    expect(first.byteLength).toBe(0);
    expect(blocks[1]?.block.rowCount).toBe(3);
    expect(blocks[1]).toMatchObject({ ...place, topIndex: 1 });
  });

  it.each([
    [
      'crashes',
      (worker: SilentWorker) => {
        worker.crash('RangeError: out of memory');
      },
    ],
    [
      'can’t start',
      (worker: SilentWorker) => {
        worker.say({ type: 'failed', reason: 'RangeError: out of memory' });
      },
    ],
  ])('says so when its worker %s, and starts another on retry', (_how, fail) => {
    using client = makeClient();
    client.setViewport(look);
    const first = lastWorker();
    fail(first);
    expect(states.at(-1)).toMatchObject({ connection: 'offline', stale: true, loading: false });
    expect(states.at(-1)?.error).toMatchObject({ code: 'worker_failed' });
    expect(states.at(-1)?.error?.message).toContain('RangeError: out of memory');
    expect(first.isTerminated).toBe(true);
    client.retry();
    expect(workers).toHaveLength(2);
    expect(lastWorker().told.map(({ type }) => type)).toEqual(['start', 'viewport']);
    first.crash('late');
    expect(lastWorker().isTerminated).toBe(false);
  });

  it('hands over how many events there are over time', () => {
    using client = makeClient();
    const density = { start: 0, stop: 10, before: 1, counts: Uint32Array.of(2, 3) };
    lastWorker().say({ type: 'density', density });
    expect(densities).toEqual([density]);
    client.delete();
    lastWorker().say({ type: 'density', density });
    expect(densities).toHaveLength(1);
  });

  it('starts a worker with a source, and asks it for whole events', async () => {
    let worker: SilentWorker | undefined;
    const source = { type: 'events', events: [{ id: 'a', timestamp: 1 }] } as const;
    const client = new TimelineClient({
      source,
      schema: modelSchema,
      worker: () => {
        worker = new SilentWorker();
        return worker as unknown as Worker;
      },
      onBlock: () => undefined,
      onState: () => undefined,
    });
    expect(worker?.told[0]).toMatchObject({ type: 'start', source, backendUrl: undefined });
    const reads = ['a', 'none', 'failing', 'late'].map((id) => client.readEvent(id));
    expect(worker?.told.slice(1)).toMatchObject(
      ['a', 'none', 'failing', 'late'].map((id, i) => ({ type: 'read', id, readId: i + 1 })),
    );
    const problem = { code: 'timeout', message: 'It took too long.' } as const;
    worker?.say({ type: 'event', readId: 3, answer: { type: 'failure', problem } });
    worker?.say({ type: 'event', readId: 1, answer: { type: 'event', event: { id: 'a' } } });
    worker?.say({ type: 'event', readId: 2, answer: { type: 'event', event: undefined } });
    expect(await reads[0]).toEqual({ id: 'a' });
    expect(await reads[1]).toBeUndefined();
    await expect(reads[2]).rejects.toThrow('It took too long.');
    client.delete();
    await expect(reads[3]).rejects.toThrow('deleted');
    await expect(client.readEvent('a')).rejects.toThrow('no worker');
  });

  it('passes a retry on while its worker runs', () => {
    using client = makeClient();
    client.retry();
    expect(lastWorker().told.at(-1)).toEqual({ type: 'retry' });
    expect(workers).toHaveLength(1);
  });

  it('ends its worker, and hears nothing more', async () => {
    const client = makeClient();
    const worker = lastWorker();
    client.delete();
    client.delete();
    expect(worker.isTerminated).toBe(true);
    worker.say({ type: 'block', buffer: await makeBlock(1), place });
    worker.crash('late');
    client.setViewport(look);
    client.retry();
    await Promise.resolve();
    expect(blocks).toHaveLength(0);
    expect(states).toHaveLength(0);
    expect(workers).toHaveLength(1);
  });
});
