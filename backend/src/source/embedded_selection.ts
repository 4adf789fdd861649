import type { EventKey } from 'eventglass';

import type { Batch, EventStore } from '../store/event_store.js';
import type { MutationLog } from '../store/mutation_log.js';
import { countDensity } from './density.js';
import type {
  SelectedMutations,
  Selection,
  SourceCounts,
  SourceDensity,
  TimeBuckets,
  TimelinePart,
} from './event_source.js';
import type { FilterView, FilterViews } from './filter_views.js';
import { KeyRanges } from './key_ranges.js';
import type { PresentTexts } from './present_texts.js';
import {
  type MutationPiece,
  fate,
  messageBody,
  removePiece,
  textPiece,
  wholePiece,
} from './selected_mutations.js';

/**
 * Mutations that are gathered into one message for somebody who is behind: four seconds of 5,000 a second. Loading
 * the rows of a screen anew is less than as many whole events.
 */
export const maxGatheredMutations = 20_000;

/** 8 MiB in such a message: half of what a client accepts. Events of 400 bytes reach the one limit when they reach the other. */
export const maxGatheredBytes = 8 << 20;

/** What selections have in common. */
export interface SelectionContext {
  readonly store: EventStore;
  readonly log: MutationLog;
  readonly filters: FilterViews;
  readonly texts: PresentTexts;
}

/** What is known of one event over several batches. */
interface EventHistory {
  /** It may have been in the part before one of them: the client may have it, from a page that came in between as well. */
  wasIn: boolean;
  /** The last mutation of it: its batch, and its place there. */
  batch: Batch;
  i: number;
  count: number;
}

/**
 * The part of the timeline that a client follows.
 *
 * Whoever has everything up to the newest batch gets from each mutation of that batch what it means for the part. Whoever
 * is farther behind gets one mutation for each event, by what the event was then and is now; the
 * events between don't exist any more. Both lead to the same state.
 */
export class EmbeddedSelection implements Selection {
  readonly #context: SelectionContext;
  readonly #ranges: KeyRanges;
  readonly #filter: FilterView;

  /** @throws {FilterError} @throws {TooManyFiltersError} */
  constructor(context: SelectionContext, part: TimelinePart) {
    this.#context = context;
    this.#ranges = new KeyRanges(part.ranges);
    this.#filter = context.filters.pin(part);
  }

  delete(): void {
    this.#context.filters.unpin(this.#filter);
  }

  mutationsAfter(seq: number): SelectedMutations {
    const { store, log } = this.#context;
    const index = log.indexAfter(seq);
    if (typeof index === 'string') return { type: 'lost', reason: index };
    const present = store.cursor.seq;
    if (index === log.endIndex) return { type: 'nothing', seq: present };
    const newest = log.at(log.endIndex - 1);
    if (newest?.prevSeq === seq && this.#filter.sinceSeq <= seq) return this.#fromNewest(newest);
    return this.#gather(index, seq);
  }

  readCounts(keys: readonly EventKey[]): SourceCounts {
    const { store } = this.#context;
    const { rows } = this.#filter;
    return {
      seq: store.cursor.seq,
      totalCount: store.rowCount,
      matchCount: rows.rowCount,
      ranks: keys.map((key) => rows.rank(key)),
    };
  }

  readDensity(request: TimeBuckets): SourceDensity {
    return countDensity(this.#context.store, this.#filter.rows, request);
  }

  #fromNewest(batch: Batch): SelectedMutations {
    const fates = new Uint8Array(batch.mutations.length);
    let concerned = 0;
    for (let i = 0; i < fates.length; i++) {
      const own = this.#fateOf(batch, i);
      fates[i] = own;
      if (own !== fate.none) concerned++;
    }
    if (concerned === 0) return { type: 'nothing', seq: batch.seq };
    const body = this.#context.texts.message(Buffer.from(fates).toString('latin1'), () =>
      messageBody(batch.seq, this.#piecesOf(batch, fates)),
    );
    return { type: 'batch', seq: batch.seq, body };
  }

  #fateOf(batch: Batch, i: number): number {
    const isIn = this.#isInAfter(batch, i);
    const wasIn = this.#wasInBefore(batch, i);
    if (isIn) return wasIn || batch.mutations[i]?.isWhole === true ? fate.text : fate.whole;
    return wasIn ? fate.remove : fate.none;
  }

  #piecesOf(batch: Batch, fates: Uint8Array): readonly MutationPiece[] {
    const pieces: MutationPiece[] = [];
    for (const [i, own] of fates.entries()) {
      const piece = this.#pieceOf(batch, i, own);
      if (piece !== undefined) pieces.push(piece);
    }
    return pieces;
  }

  /** What a mutation of this fate is sent as. */
  #pieceOf(batch: Batch, i: number, own: number): MutationPiece | undefined {
    const id = batch.mutations[i]?.id ?? '';
    const seq = batch.prevSeq + i + 1;
    switch (own) {
      case fate.text:
        return textPiece(batch, i);
      case fate.whole:
        return this.#wholePiece(id, seq);
      case fate.remove:
        return removePiece(id, seq);
      default:
        return undefined;
    }
  }

  /** The event as it is now; nothing where a later mutation has deleted it. */
  #wholePiece(id: string, seq: number): MutationPiece | undefined {
    const json = this.#context.texts.event(id);
    return json === undefined ? undefined : wholePiece(json, seq);
  }

  #gather(index: number, seq: number): SelectedMutations {
    const present = this.#context.store.cursor.seq;
    if (present - seq > maxGatheredMutations) return { type: 'lost', reason: 'too_far_behind' };
    const histories = this.#historiesFrom(index, seq);
    const pieces: MutationPiece[] = [];
    let bytes = 0;
    for (const history of histories.values()) {
      const piece = this.#pieceOf(history.batch, history.i, this.#netFate(history));
      if (piece === undefined) continue;
      pieces.push(piece);
      bytes += piece.json.byteLength + 1;
      if (bytes > maxGatheredBytes) return { type: 'lost', reason: 'too_far_behind' };
    }
    if (pieces.length === 0) return { type: 'nothing', seq: present };
    pieces.sort((a, b) => a.seq - b.seq);
    return { type: 'batch', seq: present, body: messageBody(present, pieces) };
  }

  #historiesFrom(index: number, seq: number): ReadonlyMap<string, EventHistory> {
    const { log } = this.#context;
    const histories = new Map<string, EventHistory>();
    for (let batch = log.at(index); batch !== undefined; batch = log.at(++index)) {
      // A cursor may lie within a batch.
      const first = Math.max(0, seq - batch.prevSeq);
      for (let i = first; i < batch.mutations.length; i++) {
        const id = batch.mutations[i]?.id ?? '';
        const known = histories.get(id);
        if (known === undefined) {
          histories.set(id, { wasIn: this.#wasInBefore(batch, i), batch, i, count: 1 });
        } else {
          known.wasIn ||= this.#wasInBefore(batch, i);
          known.batch = batch;
          known.i = i;
          known.count++;
        }
      }
    }
    return histories;
  }

  /** Of the last mutation of an event, which stands for all of them. */
  #netFate({ wasIn, batch, i, count }: EventHistory): number {
    if (!this.#isInAfter(batch, i)) return wasIn ? fate.remove : fate.none;
    const isWhole = batch.mutations[i]?.isWhole === true;
    // Where the filter is not known to have matched before, the client may not have the event.
    const isPatch = wasIn && count === 1 && this.#knows(batch);
    return isWhole || isPatch ? fate.text : fate.whole;
  }

  /** Whether it is known what of a batch the filter showed. */
  #knows(batch: Batch): boolean {
    return this.#filter.sinceSeq <= batch.prevSeq;
  }

  #wasInBefore(batch: Batch, i: number): boolean {
    const { mutations, effects } = batch;
    if (!this.#ranges.has(effects.timeBefore(i), mutations[i]?.id ?? '')) return false;
    const { view } = this.#filter;
    return view === undefined || !this.#knows(batch) || effects.wasShown(i, view);
  }

  #isInAfter(batch: Batch, i: number): boolean {
    const { mutations, effects } = batch;
    const id = mutations[i]?.id ?? '';
    if (!this.#ranges.has(effects.timeAfter(i), id)) return false;
    const { view } = this.#filter;
    if (view === undefined) return true;
    return this.#knows(batch) ? effects.isShown(i, view) : view.indexOf(id) !== undefined;
  }
}
