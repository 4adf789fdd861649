import type { Target } from 'eventglass/client';
import { Anchor, type Answer } from '../../../table/src/timeline/anchor.js';
import type { Identified, PlacedRows } from '../../../table/src/timeline/viewport.js';

/** Rows that the reader sees at once; a screen is whole rows here. */
export const screenRowCount = 10;

const overscanRows = 4;

/** What happens in the world. Places are fractions of the timeline. */
export type Action =
  | { readonly type: 'insert' | 'delete'; readonly at: number; readonly count: number }
  /** The reader drags the scrollbar, or turns the wheel. */
  | { readonly type: 'drag'; readonly to: number }
  | { readonly type: 'wheel'; readonly rows: number }
  /** The client has loaded what is asked for. */
  | { readonly type: 'show' }
  /** A block of what the client shows reaches the page. */
  | { readonly type: 'deliver' };

interface Request {
  readonly id: number;
  readonly target: Target;
}

/**
 * A timeline as a plain array, a client that answers late or not at all, and a reader held to their rows by
 * an `Anchor`. The timestamp of an event is its place in the order, so that it tells where a deleted one was.
 */
export class AnchorWorld {
  readonly #anchor = new Anchor();
  #events: Identified[];
  #eventCount = 0;
  #drawn: PlacedRows<Identified> = { begin: 0, rows: [] };
  #topRank = 0;
  #asked: Request = { id: 0, target: { type: 'live' } };
  #shown: { readonly id: number; readonly key: number; readonly rowOffset: number } | undefined;
  #answered: Answer | undefined;

  constructor(eventCount: number) {
    this.#events = Array.from({ length: eventCount }, (_, i) => this.#event(i));
    this.#ask();
    this.run({ type: 'show' });
    this.run({ type: 'deliver' });
  }

  get rowCount(): number {
    return this.#events.length;
  }

  /** Where the reader is. */
  get topRank(): number {
    return this.#topRank;
  }

  /** The newest request. */
  get asked(): Request {
    return this.#asked;
  }

  /** What the last block said about where it belongs. */
  get answered(): Answer | undefined {
    return this.#answered;
  }

  /** Known rows on screen, with how many rows below the top each is. */
  onScreen(): readonly { readonly id: string; readonly topRow: number }[] {
    return this.#drawn.rows
      .map(({ id }, i) => ({ id, topRow: this.#drawn.begin + i - this.#topRank }))
      .filter(({ topRow }) => topRow >= 0 && topRow < screenRowCount);
  }

  /** Lets something happen. True if the reader has moved. */
  run(action: Action): boolean {
    switch (action.type) {
      case 'insert':
        this.#insert(Math.floor(action.at * this.rowCount), action.count);
        return false;
      case 'delete':
        this.#events.splice(Math.floor(action.at * this.rowCount), action.count);
        return false;
      case 'drag':
        return this.#move(Math.floor(action.to * this.rowCount));
      case 'wheel':
        return this.#move(this.#topRank + action.rows);
      case 'show':
        this.#show();
        return false;
      case 'deliver':
        this.#deliver();
        return false;
    }
  }

  #event(timestamp: number): Identified {
    this.#eventCount++;
    return { id: `e${this.#eventCount}`, timestamp };
  }

  #insert(at: number, count: number): void {
    const before = this.#events[at - 1]?.timestamp ?? -1e6;
    const after = this.#events[at]?.timestamp ?? 1e6;
    const step = (after - before) / (count + 1);
    const events = Array.from({ length: count }, (_, i) => this.#event(before + (i + 1) * step));
    this.#events.splice(at, 0, ...events);
  }

  #move(topRank: number): boolean {
    this.#topRank = Math.max(0, Math.min(topRank, this.rowCount - screenRowCount));
    this.#ask();
    return true;
  }

  #ask(): void {
    const target = this.#anchor.target(this.#topRank, this.#drawn);
    if (JSON.stringify(target) === JSON.stringify(this.#asked.target)) return;
    this.#asked = { id: this.#asked.id + 1, target };
    this.#anchor.asked(this.#asked.id, target, this.#topRank);
  }

  /** From now on the client shows what is asked for: of a rank, the row that has it now. */
  #show(): void {
    const { id, target } = this.#asked;
    if (this.#shown?.id === id || target.type === 'live') return;
    if (target.type === 'key') {
      this.#shown = { id, key: target.key.timestamp, rowOffset: target.rowOffset };
    } else {
      const event = this.#events[Math.min(target.rank, this.rowCount - 1)];
      this.#shown = { id, key: event?.timestamp ?? 0, rowOffset: 0 };
    }
  }

  #deliver(): void {
    if (!this.#shown) return;
    const { id, key, rowOffset } = this.#shown;
    const rank = this.#events.filter(({ timestamp }) => timestamp < key).length + rowOffset;
    const topRank = Math.max(0, Math.min(rank, this.rowCount - 1));
    const begin = Math.max(0, Math.min(topRank, this.rowCount - screenRowCount) - overscanRows);
    const rows = this.#events.slice(begin, topRank + screenRowCount + overscanRows);
    this.#answered = { requestId: id, topRank };
    this.#take({ begin, rows }, this.#answered);
    this.#ask();
  }

  #take(newer: PlacedRows<Identified>, answer: Answer): void {
    const visible = { begin: this.#topRank, end: this.#topRank + screenRowCount };
    const counted = { ...newer, rowCount: this.rowCount };
    const shift = this.#anchor.follow(this.#drawn, counted, visible, answer);
    if (shift === undefined) return;
    this.#topRank += shift;
    this.#drawn = newer;
  }
}
