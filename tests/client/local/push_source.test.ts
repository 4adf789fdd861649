import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_WAITING_EVENTS } from '../../../wasm/ts/client/adapter/adapter_host.js';
import {
  type EventSink,
  push,
  type PushAdapter,
} from '../../../wasm/ts/client/adapter/push_adapter.js';
import type { OpenedSource } from '../../../wasm/ts/client/source_description.js';
import { compareModelKeys } from '../../support/event_model.js';
import { until } from '../../support/node_environment.js';
import { madeEvents } from '../session_harness.js';
import { LocalHarness } from './local_harness.js';

class PushHarness {
  readonly harness: LocalHarness;
  readonly opened: OpenedSource;

  private constructor(harness: LocalHarness, opened: OpenedSource) {
    this.harness = harness;
    this.opened = opened;
  }

  static async start(adapter: PushAdapter): Promise<PushHarness> {
    const opened = push(adapter, { timestampUnit: 'ms' }).open();
    return new PushHarness(await LocalHarness.start(opened.source), opened);
  }

  [Symbol.dispose](): void {
    this.harness.session.delete();
    this.opened.close();
  }
}

/** An adapter that gives its sink away. */
class Giver implements PushAdapter {
  sink: EventSink | undefined;
  signal: AbortSignal | undefined;
  openCount = 0;
  readonly #initial: readonly object[];

  constructor(initial: readonly object[] = []) {
    this.#initial = initial;
  }

  async open(sink: EventSink, signal: AbortSignal): Promise<void> {
    this.openCount++;
    this.sink = sink;
    this.signal = signal;
    await sink.replace(this.#initial);
  }
}

const id = fc.constantFrom('a', 'b', 'é', '\u{1f600}', '\uff5e');
const event = fc.record({
  id,
  timestamp: fc.nat(9),
  kind: fc.constantFrom('x', 'y'),
  message: fc.string(),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ put: fc.array(event, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ bytes: fc.array(event, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ delete: fc.array(id, { maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ replace: fc.array(event, { maxLength: 4 }) }) },
);

it('holds what an adapter has put, whatever it does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const giver = new Giver();
      using started = await PushHarness.start(giver);
      const { harness } = started;
      await harness.becomes('live');
      const { sink } = giver;
      if (sink === undefined) throw new Error('it has no sink');
      const model = new Map<string, { readonly id: string; readonly timestamp: number }>();
      const taken: Promise<void>[] = [];
      for (const each of steps) {
        if ('delete' in each) {
          for (const one of each.delete) model.delete(one);
          taken.push(sink.delete(each.delete));
          continue;
        }
        if ('replace' in each) model.clear();
        const events = 'put' in each ? each.put : 'bytes' in each ? each.bytes : each.replace;
        for (const one of events) model.set(one.id, one);
        if ('put' in each) taken.push(sink.put(each.put));
        else if ('replace' in each) taken.push(sink.replace(each.replace));
        else taken.push(sink.put(new TextEncoder().encode(JSON.stringify(each.bytes))));
      }
      await Promise.all(taken);
      await harness.hasRows([...model.values()].sort(compareModelKeys).map((one) => one.id));
      expect(harness.rows).toEqual([...model.values()].sort(compareModelKeys));
    }),
    { numRuns: 25 },
  );
});

it('is opened again after it has failed, and takes nothing more from before', async () => {
  const giver = new Giver(madeEvents(2));
  using started = await PushHarness.start(giver);
  const { harness } = started;
  await harness.becomes('live');
  const { sink, signal } = giver;
  sink?.fail(new Error('the socket broke'));
  await until('it is open again', () => giver.openCount === 2);
  expect(signal?.aborted).toBe(true);
  expect(harness.errors.join()).toContain('the socket broke');
  await expect(sink?.put(madeEvents(9))).rejects.toThrow('aborted');
  await harness.becomes('live');
  expect(harness.ids).toEqual(['e0', 'e1']);
  expect(harness.state?.error).toBeUndefined();
});

it('says why it can’t be opened, and is offline', async () => {
  using started = await PushHarness.start({ open: () => Promise.reject(new Error('no token')) });
  await started.harness.becomes('offline');
  expect(started.harness.state?.error).toMatchObject({
    code: 'source_failed',
    message: "The adapter's open() failed: no token.",
  });
});

it('refuses what is no list, in the call itself, and more than may wait', async () => {
  const giver = new Giver();
  using started = await PushHarness.start(giver);
  await started.harness.becomes('live');
  const { sink } = giver;
  await expect(sink?.put('events' as never)).rejects.toThrow(
    'takes an array of events, not string',
  );
  await expect(sink?.delete({} as never)).rejects.toThrow('takes an array of ids');
  await expect(sink?.put([{ run: () => undefined }])).rejects.toThrow('could not be cloned');
  const first = sink?.put(madeEvents(1));
  await expect(sink?.put(new Array<object>(MAX_WAITING_EVENTS).fill({}))).rejects.toThrow('await');
  await first;
  await started.harness.hasRows(['e0']);
  expect(() => push({} as never)).toThrow('needs a method open');
});

it('hands bytes over without a copy, and reads whole events from the adapter', async () => {
  const giver = new Giver();
  const adapter: PushAdapter = {
    open: (sink, signal) => giver.open(sink, signal),
    readEvent: (name) => {
      if (name === 'bad') throw new Error('no such table');
      return name === 'e0' ? { id: 'e0', payload: { deep: true } } : undefined;
    },
  };
  using started = await PushHarness.start(adapter);
  const { harness } = started;
  await harness.becomes('live');
  const bytes = new TextEncoder().encode(JSON.stringify(madeEvents(1)));
  const taken = giver.sink?.put(bytes);
  expect(bytes.byteLength).toBe(0);
  await taken;
  await harness.hasRows(['e0']);
  for (const [i, name] of ['e0', 'none', 'bad'].entries()) {
    harness.session.receive({ type: 'read', id: name, readId: i });
  }
  await until('all are answered', () => harness.events.length === 3);
  expect(harness.events).toMatchObject([
    { event: { id: 'e0', payload: { deep: true } } },
    { event: undefined },
    { type: 'failure', problem: { message: 'no such table' } },
  ]);
});

it('ends with its worker: the signal is aborted, and nobody waits for ever', async () => {
  const giver = new Giver();
  const started = await PushHarness.start(giver);
  await started.harness.becomes('live');
  const waiting = giver.sink?.put(madeEvents(1));
  started.harness.session.delete();
  started.opened.close();
  await waiting;
  expect(giver.signal?.aborted).toBe(true);
  await expect(giver.sink?.put([])).rejects.toThrow('aborted');
});
