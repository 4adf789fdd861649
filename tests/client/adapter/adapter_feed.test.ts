import { expect, it } from 'vitest';
import { AdapterFeed, type FeedSource } from '../../../wasm/ts/client/adapter/adapter_feed.js';
import { seqAt } from '../../../wasm/ts/client/adapter/adapter_page.js';
import type { Take } from '../../../wasm/ts/client/adapter/adapter_port.js';

/** A feed whose adapter tells what the test says. */
class Scene {
  readonly said: Record<string, unknown>[] = [];
  readonly followed: number[] = [];
  readonly failures: string[] = [];
  epoch = 'e';
  take: Take = () => undefined;
  signal: AbortSignal | undefined;
  isClosed = false;
  readonly feed: AdapterFeed;

  constructor() {
    const source: FeedSource = {
      epoch: '',
      follow: (seq, signal, take) => {
        this.followed.push(seq);
        this.take = take;
        this.signal = signal;
        return Promise.resolve();
      },
      readChanges: (value) => value['changes'] as [],
      matching: (changes) =>
        new Set(changes.flatMap((each) => ('json' in each ? [each.json] : []))),
      readCounts: () => Promise.resolve(undefined),
      beginEpoch: () => {
        this.epoch = `${this.epoch}'`;
      },
      fail: (reason) => this.failures.push(reason),
    };
    Object.defineProperty(source, 'epoch', { get: () => this.epoch });
    this.feed = new AdapterFeed(source, { after: () => () => undefined });
    this.feed.addEventListener('message', (event) => {
      this.said.push(JSON.parse((event as MessageEvent<string>).data) as Record<string, unknown>);
    });
    this.feed.addEventListener('close', () => {
      this.isClosed = true;
    });
  }

  /** Subscribes after an adapter's seq, and answers what is said from then on. */
  async subscribe(seq: number, generation: number): Promise<readonly unknown[]> {
    const { length } = this.said;
    const subscription = { type: 'subscribe', generation, epoch: 'e', afterSeq: seqAt(seq) };
    this.feed.send(JSON.stringify(subscription));
    await Promise.resolve();
    return this.said.slice(length).map(({ type, prevSeq, seq: to }) => [type, prevSeq, to]);
  }

  change(seq: number, count = 1): void {
    const json = `{"id":"e${seq}"}`;
    const changes = Array.from({ length: count }, () => ({ type: 'put', id: `e${seq}`, json }));
    this.take('change', { seq, changes });
  }
}

it('tells a later subscription again what came after its cursor, without asking the adapter', async () => {
  const scene = new Scene();
  expect(await scene.subscribe(5, 1)).toEqual([['resume', undefined, seqAt(5)]]);
  scene.change(7);
  scene.change(8);
  expect(await scene.subscribe(7, 2)).toEqual([
    ['resume', undefined, seqAt(7)],
    ['batch', seqAt(7), seqAt(8)],
  ]);
  expect(scene.followed).toEqual([5]);
});

it('asks the adapter to begin anew where its log does not reach, and hears no more of the old', async () => {
  const scene = new Scene();
  await scene.subscribe(5, 1);
  const { signal, take } = scene;
  for (let seq = 6; seq < 20; seq++) scene.change(seq, 4_000);
  expect(await scene.subscribe(6, 2)).toEqual([['resume', undefined, seqAt(6)]]);
  expect(scene.followed).toEqual([5, 6]);
  expect(signal?.aborted).toBe(true);
  const { length } = scene.said;
  take('change', { seq: 99, changes: [] });
  expect(scene.said).toHaveLength(length);
});

it('closes like a socket when the adapter fails, and says nothing more', async () => {
  const scene = new Scene();
  await scene.subscribe(5, 1);
  scene.take('fail', 'no network');
  expect(scene).toMatchObject({ isClosed: true, failures: ['no network'] });
  expect(scene.signal?.aborted).toBe(true);
  const { length } = scene.said;
  scene.change(6);
  expect(scene.said).toHaveLength(length);
});

it('resets whoever is at a cursor of before a reset, however often', async () => {
  const scene = new Scene();
  await scene.subscribe(5, 1);
  scene.take('reset', undefined);
  expect(scene.said.at(-1)).toMatchObject({ type: 'reset', epoch: "e'" });
  // The cursor is one of the epoch before.
  expect(await scene.subscribe(5, 2)).toMatchObject([['reset', undefined, seqAt(5)]]);
  expect(scene.followed).toEqual([5]);
});
