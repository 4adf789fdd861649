import { beforeEach, describe, expect, it } from 'vitest';
import { BackendSource } from '../../wasm/ts/client/backend_source.js';
import type { ClientError } from '../../wasm/ts/client/client_error.js';
import type { FeedVerdict } from '../../wasm/ts/client/feed_connection.js';
import type { Subscription } from '../../wasm/ts/client/subscription.js';
import { WindowFeed } from '../../wasm/ts/client/window_feed.js';
import { EventModel } from '../support/event_model.js';
import { SimulatedWorld } from '../support/simulated_world.js';

const subscription: Subscription = {
  range: { begin: undefined, end: undefined },
  filter: '',
  rankKeys: { inWindow: undefined, afterTail: undefined },
  density: undefined,
};

let world: SimulatedWorld;
let feed: WindowFeed;
let messages: string[];
let errors: ClientError[];
let verdict: FeedVerdict;
let seq: number;

beforeEach(() => {
  world = new SimulatedWorld(new EventModel('epoch1', []));
  messages = [];
  errors = [];
  verdict = { type: 'good' };
  seq = 0;
  const source = new BackendSource('http://backend', world);
  feed = new WindowFeed(source, () => ({ epoch: 'epoch1', seq }), world, {
    onMessage(text) {
      messages.push((JSON.parse(text) as { type: string }).type);
      return verdict;
    },
    onRefused: (problem) => ({ type: 'lost', problem }),
    onChange: () => undefined,
    onError: (error) => errors.push(error),
  });
});

/** What the client has sent over its socket: generations and cursors. */
function sent(): readonly (readonly [number, number])[] {
  return (world.socket?.sent ?? []).map((text) => {
    const { generation, afterSeq } = JSON.parse(text) as { generation: number; afterSeq: number };
    return [generation, afterSeq];
  });
}

function start(): void {
  feed.subscribe(subscription);
  feed.open();
  world.connect();
}

describe('a feed', () => {
  it('opens a socket that says nothing by itself, and subscribes from the cursor', () => {
    seq = 7;
    feed.subscribe(subscription);
    feed.open();
    expect(feed.isAwaiting).toBe(false);
    world.hear();
    expect(sent()).toEqual([[1, 7]]);
    expect([feed.isAwaiting, feed.isLive]).toEqual([true, false]);
  });

  it('is live once it is answered', () => {
    start();
    expect([feed.isAwaiting, feed.isLive]).toEqual([false, true]);
    expect(messages).toEqual(['resume']);
  });

  it('discards every message between a subscription and its answer', () => {
    start();
    world.sendProgress();
    feed.subscribe({ ...subscription, filter: 'kind:a' });
    world.receive();
    expect(messages).toEqual(['resume']);
    expect([feed.isAwaiting, feed.isLive]).toEqual([true, true]);
    world.advance(50);
    world.connect();
    expect(messages).toEqual(['resume', 'resume']);
  });

  it('takes no answer for its own that is of an earlier subscription', () => {
    start();
    world.advance(50);
    feed.subscribe({ ...subscription, filter: 'kind:a' });
    world.hear();
    world.advance(50);
    feed.subscribe({ ...subscription, filter: 'kind:b' });
    world.receive();
    expect(messages).toEqual(['resume']);
    world.connect();
    expect(messages).toEqual(['resume', 'resume']);
    expect(sent().map(([generation]) => generation)).toEqual([1, 2, 3]);
  });

  it('takes no answer for its own while the subscription waits to be sent', () => {
    feed.subscribe(subscription);
    feed.open();
    while (world.hear());
    feed.subscribe({ ...subscription, filter: 'kind:a' });
    expect(sent()).toHaveLength(1);
    world.sendProgress();
    while (world.receive());
    expect(messages).toEqual([]);
    world.advance(50);
    world.connect();
    expect(messages).toEqual(['resume']);
  });

  it('sends a subscription every 50 ms at most, the last of several', () => {
    start();
    for (let i = 0; i < 100; i++) {
      seq = i;
      feed.subscribe({ ...subscription, filter: `kind:${i}` });
      world.advance(1);
    }
    world.advance(50);
    expect(sent().length).toBeLessThanOrEqual(4);
    expect(world.socket?.sent.at(-1)).toContain('kind:99');
  });

  it('subscribes again over the next socket, from where the cursor is then', () => {
    start();
    seq = 9;
    world.socket?.break();
    expect(errors.at(-1)).toMatchObject({ code: 'feed_closed' });
    world.advance(300);
    world.hear();
    expect(sent()).toEqual([[1, 9]]);
  });

  it('gives up a socket whose subscription is not answered within 10 s, though it says other things', () => {
    start();
    feed.subscribe({ ...subscription, filter: 'kind:a' });
    for (let second = 0; second < 10; second++) {
      expect(errors).toEqual([]);
      world.sendProgress();
      while (world.receive());
      world.advance(1_050);
    }
    expect(errors.at(-1)).toMatchObject({ code: 'feed_silent' });
    expect(errors.at(-1)?.message).toContain('answered');
  });

  it('takes what is no JSON for a loss, also where it would be discarded', () => {
    feed.subscribe(subscription);
    feed.open();
    world.hear();
    world.socket?.receive('garbage');
    expect(errors.at(-1)).toMatchObject({ code: 'message_malformed' });
  });

  it('waits as long as its session asks for', () => {
    const problem = { code: 'too_many_filters', message: 'm' } as const;
    verdict = { type: 'lost', problem, retryAfterMs: 5_000 };
    start();
    expect(errors.at(-1)).toMatchObject({ ...problem, action: 'Trying again in 5.0 s.' });
    const { socketCount } = world;
    world.advance(4_900);
    expect(world.socketCount).toBe(socketCount);
    world.advance(200);
    expect(world.socketCount).toBe(socketCount + 1);
  });

  it('sends nothing once it is closed', () => {
    start();
    const socket = world.socket;
    feed.subscribe({ ...subscription, filter: 'kind:a' });
    feed.close();
    world.advance(1_000);
    expect(socket?.sent).toHaveLength(1);
    expect(feed.isOpen).toBe(false);
  });
});
