import type { KeyRange } from 'eventglass';
import { expect } from 'vitest';

import { FeedReader, type FeedMessage } from './feed_reader.js';
import { boundOf } from './naive_pages.js';
import { NaiveTimeline } from './naive_timeline.js';
import { fetchPage } from './test_backend.js';
import { type NaivePart, partOf } from './timeline_part.js';

type FeedBatch = Extract<FeedMessage, { type: 'batch' }>;

/** The ranges of a subscription as a message names them. */
function boundsOf(ranges: readonly KeyRange[]) {
  const textOf = (key: KeyRange['begin']): string => (key === undefined ? 'open' : boundOf(key));
  return ranges.map(({ begin, end }) => ({ begin: textOf(begin), end: textOf(end) }));
}

/** The parameters of a page of a range. */
export function pageParameters({ begin, end }: KeyRange, filter = ''): Record<string, string> {
  return {
    ...(begin !== undefined && { start: boundOf(begin) }),
    ...(end !== undefined && { stop: boundOf(end) }),
    ...(filter !== '' && { filter }),
  };
}

/**
 * A client that holds a part of the timeline, as plain as the protocol allows: pages for what it has not got, and what it is
 * told of the rest. It checks that no message is out of order.
 */
export class FollowingClient {
  readonly reader: FeedReader;
  readonly #url: string;
  readonly #held = new NaiveTimeline();
  #part: NaivePart = partOf([]);
  #epoch = '';
  /** Of the last message that moved it. */
  #seq = 0;
  #generation = 0;
  #isAnswered = false;
  /** Batches since pages were asked for. */
  #kept: FeedBatch[] = [];
  #readCount = 0;

  private constructor(url: string, reader: FeedReader) {
    this.#url = url;
    this.reader = reader;
  }

  /** It holds nothing, and follows the present. */
  static async open(url: string): Promise<FollowingClient> {
    const reader = await FeedReader.open(url, { subscription: { generation: 1, ranges: [] } });
    const client = new FollowingClient(url, reader);
    client.#generation = 1;
    client.#read();
    return client;
  }

  get events() {
    return this.#held.events();
  }

  /** Waits until it has everything up to `seq`. */
  async caughtUp(seq: number): Promise<void> {
    await this.#until(() => this.#isAnswered && this.#seq >= seq);
  }

  /**
   * Follows another part from here on, and fetches what it does not hold of it. `disturb` is called wherever something may
   * happen meanwhile.
   */
  async follow(part: NaivePart, disturb: () => void): Promise<void> {
    const isSameFilter = part.filter === this.#part.filter;
    const held = isSameFilter ? this.#part.ranges : [];
    this.#held.keep((event) => isSameFilter && this.#part.has(event) && part.has(event));
    this.#part = part;
    this.#kept = [];
    this.#isAnswered = false;
    this.reader.subscribe({
      generation: ++this.#generation,
      epoch: this.#epoch,
      afterSeq: this.#seq,
      ranges: boundsOf(part.ranges),
      filter: part.filter,
    });
    disturb();
    for (const range of part.ranges) {
      if (!held.includes(range)) await this.#fetch(range);
      disturb();
    }
    await this.#until(() => this.#isAnswered);
  }

  async #fetch(range: KeyRange): Promise<void> {
    const { filter } = this.#part;
    const { events, seq } = await fetchPage(this.#url, pageParameters(range, filter));
    this.#read();
    this.#held.applyPage(events, seq, partOf([range]).has);
    for (const batch of this.#kept) this.#held.apply(batch);
  }

  async #until(isReached: () => boolean): Promise<void> {
    await this.reader.until(() => {
      this.#read();
      return isReached();
    });
  }

  #read(): void {
    const { messages } = this.reader;
    for (; this.#readCount < messages.length; this.#readCount++) {
      const message = messages[this.#readCount];
      if (message !== undefined) this.#take(message);
    }
  }

  #take(message: FeedMessage): void {
    if (!this.#isAnswered) {
      const isAnswer = message.type === 'resume' && message.generation === this.#generation;
      expect(['reset', 'error']).not.toContain(message.type);
      if (!isAnswer) return;
      if (this.#epoch !== '') expect(message).toMatchObject({ epoch: this.#epoch, seq: this.#seq });
      this.#isAnswered = true;
      this.#epoch = message.epoch;
      this.#seq = message.seq;
    } else if (message.type === 'batch' || message.type === 'progress') {
      expect(message).toMatchObject({ epoch: this.#epoch, prevSeq: this.#seq });
      if (message.type === 'batch') this.#apply(message);
      this.#seq = message.seq;
    } else {
      expect(message).toMatchObject({ type: 'counts', generation: this.#generation });
    }
  }

  #apply(batch: FeedBatch): void {
    let last = batch.prevSeq;
    for (const { seq } of batch.mutations) {
      expect(seq).toBeGreaterThan(last);
      last = seq;
    }
    expect(batch.seq).toBeGreaterThanOrEqual(last);
    this.#kept.push(batch);
    this.#held.apply(batch);
    // Nothing that it has not asked for stays with it.
    expect(this.#held.events().filter((event) => !this.#part.isInRanges(event))).toEqual([]);
  }
}
