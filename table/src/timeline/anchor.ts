import type { RowRange } from 'eventglass';
import type { Target } from 'eventglass/client';
import { indexShift, overlaps, rangeOf, type Identified, type PlacedRows } from './viewport.js';

/** Rows from a known one that a place is still told by; further away it is told by its rank. */
const maxRowOffset = 500;

/** Rows from a rank asked for that its page brings as well, with a screen to spare: it need not be asked for anew. */
const maxRankOffset = 100;

/** Answers come within a frame or two; a worker that is this far behind answers the newest only. */
const maxRequests = 256;

/** What a block says about where it belongs. */
export interface Answer {
  /** The newest request that it answers. */
  readonly requestId: number;
  /** Where the target of that request is now. */
  readonly topRank: number;
}

/** Known rows, and how many there are in the whole timeline. */
interface CountedRows extends PlacedRows<Identified> {
  readonly rowCount: number;
}

/**
 * Holds the viewport to its rows: tells what to ask for so that they are shown, and by how much they have
 * moved in the timeline when a newer block arrives.
 *
 * Rows and places are counted by rank, as of the newest block.
 */
export class Anchor {
  /** Where the row at the top was when it was asked for, or is by an answer: what an answer differs by is a shift. */
  readonly #topRanks = new Map<number, number>();
  #newestId = 0;
  #askedRank: number | undefined;

  /** What to ask for so that the row `rank` is at the top. */
  target(rank: number, known: PlacedRows<Identified>): Target {
    const near = nearestRow(rank, known);
    if (near) {
      const { timestamp, id } = near.row;
      return { type: 'key', key: { timestamp, id }, rowOffset: near.rowOffset };
    }
    const asked = this.#askedRank;
    const isAsked = asked !== undefined && Math.abs(rank - asked) <= maxRankOffset;
    return { type: 'rank', rank: isAsked ? asked : rank };
  }

  /** Request `id` asks for `target`; `topRank` is the reader's place, `undefined` if they leave it for the target's. */
  asked(id: number, target: Target, topRank: number | undefined): void {
    this.#newestId = id;
    this.#askedRank = undefined;
    if (target.type === 'rank') {
      // What was asked for before is elsewhere: its rows say nothing of those here.
      this.#topRanks.clear();
      this.#askedRank = target.rank;
      this.#set(id, target.rank);
    } else if (target.type === 'key' && target.rowOffset === 0 && topRank !== undefined) {
      this.#set(id, topRank);
    }
  }

  /** The reader is at the target of request `id` now, which is the row `topRank`. */
  landed(id: number, topRank: number): void {
    this.#set(id, topRank);
  }

  /**
   * By how many rows the viewport follows its rows when `newer` ones take the place of `older` ones; `undefined`
   * if they are not to: they answer where the reader was before, and would only take away what is on screen.
   * `visible` counts in the older rows; its first row stays one of the timeline.
   */
  follow(
    older: PlacedRows<Identified>,
    newer: CountedRows,
    visible: RowRange,
    answer: Answer,
  ): number | undefined {
    // Where no row is near, those that come and go among the known ones say nothing of what is on screen.
    const isNear = nearestRow(visible.begin, older) !== undefined;
    const shiftOfRows = isNear ? indexShift(older, newer, visible) : undefined;
    const top = visible.begin + (shiftOfRows ?? this.#shiftOfAnswer(answer) ?? 0);
    const last = Math.max(newer.rowCount - 1, 0);
    const shift = Math.min(Math.max(top, 0), last) - visible.begin;
    const shifted = { begin: visible.begin + shift, end: visible.end + shift };
    const takesAway = overlaps(rangeOf(older), visible) && !overlaps(rangeOf(newer), shifted);
    if (takesAway && answer.requestId < this.#newestId) return undefined;
    this.#take(answer, shift);
    return shift;
  }

  #shiftOfAnswer({ requestId, topRank }: Answer): number | undefined {
    const rank = this.#topRanks.get(requestId);
    return rank === undefined ? undefined : topRank - rank;
  }

  #take({ requestId, topRank }: Answer, shift: number): void {
    for (const [id, rank] of this.#topRanks) {
      if (id < requestId) this.#topRanks.delete(id);
      else this.#topRanks.set(id, id === requestId ? topRank : rank + shift);
    }
  }

  #set(id: number, topRank: number): void {
    this.#topRanks.set(id, topRank);
    for (const oldest of this.#topRanks.keys()) {
      if (this.#topRanks.size <= maxRequests) return;
      this.#topRanks.delete(oldest);
    }
  }
}

/** The known row nearest to `rank` and how far below it that is; `undefined` if there is none near it. */
function nearestRow(
  rank: number,
  known: PlacedRows<Identified>,
): { readonly row: Identified; readonly rowOffset: number } | undefined {
  const index = Math.min(Math.max(rank - known.begin, 0), known.rows.length - 1);
  const row = known.rows[index];
  const rowOffset = rank - (known.begin + index);
  return row && Math.abs(rowOffset) <= maxRowOffset ? { row, rowOffset } : undefined;
}
