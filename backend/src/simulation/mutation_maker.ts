import type { Event } from '../event_schema.js';
import type { Row } from '../store/event_store.js';
import { type MutationText, deleteOf, moveOf, updateOf } from '../store/mutation_text.js';
import type { EventMaker } from './event_maker.js';
import type { Random } from './random.js';
import { mutationMix, severities } from './third_parties.js';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Milliseconds: an event that is on time happened this long ago at most. */
const maxDelayMs = 50;

/** Draws among rows that are taken already before it settles for any row. */
const maxRecentDraws = 4;

/** New values of the fields that changed; `undefined` removes one. */
type EventChanges = {
  readonly [Field in keyof Omit<Event, 'id' | 'timestamp'>]?: Event[Field] | undefined;
};

/** What the maker has to know of the events that are there: those of the demo's schema. */
export interface RowSource {
  readonly rowCount: number;
  readRowsAt(indexes: readonly number[]): readonly Row[];
}

/**
 * Makes mutations in the shares of `mutationMix`, of events that are in the store. Two exceptions
 * keep it going at the ends: while the store holds too few events to change, they are inserts; and
 * once it holds `maxCount`, an insert becomes the deletion of the oldest event.
 */
export class MutationMaker {
  readonly #rows: RowSource;
  readonly #random: Random;
  readonly #events: EventMaker;
  readonly #maxCount: number;

  constructor(rows: RowSource, random: Random, events: EventMaker, maxCount: number) {
    this.#rows = rows;
    this.#random = random;
    this.#events = events;
    this.#maxCount = maxCount;
  }

  /** `count` mutations of as many different events, for one batch. */
  make(count: number, nowMs: number): readonly MutationText[] {
    const kinds = this.#drawKinds(count);
    const rows = this.#drawRows(kinds);
    let row = 0;
    return kinds.map((kind) => {
      if (kind === 'insert') return this.#events.insertAt(this.#drawInsertTime(nowMs));
      const { event: fields, isCut } = rows[row++] as Row;
      const event = fields as unknown as Event;
      return kind === 'update' ? this.#update(event, isCut, nowMs) : deleteOf(event.id);
    });
  }

  #drawKinds(count: number): readonly ('insert' | 'update' | 'delete' | 'retire')[] {
    const { rowCount } = this.#rows;
    let freeCount = this.#maxCount - rowCount;
    // At least half of the events stay untouched, so that drawing different ones is quick.
    let changeableCount = Math.floor(rowCount / 2);
    return Array.from({ length: count }, () => {
      const draw = this.#random.fraction();
      const isChange = draw >= mutationMix.insert || freeCount <= 0;
      if (!isChange || changeableCount <= 0) {
        freeCount--;
        return 'insert';
      }
      changeableCount--;
      if (draw < mutationMix.insert) return 'retire';
      return draw < mutationMix.insert + mutationMix.update ? 'update' : 'delete';
    });
  }

  /** As many different rows as there are kinds that change one, in their order. */
  #drawRows(kinds: readonly string[]): readonly Row[] {
    // The oldest are set aside for those that retire them.
    const retiredCount = kinds.filter((kind) => kind === 'retire').length;
    const taken = new Set<number>();
    let oldest = 0;
    for (const kind of kinds) {
      if (kind === 'retire') taken.add(oldest++);
      else if (kind !== 'insert') taken.add(this.#drawIndex(taken, retiredCount));
    }
    return taken.size === 0 ? [] : this.#rows.readRowsAt([...taken]);
  }

  /** A row index from `first` on that is not taken yet. */
  #drawIndex(taken: ReadonlySet<number>, first: number): number {
    const { rowCount } = this.#rows;
    if (this.#random.chance(mutationMix.recentShare)) {
      for (let i = 0; i < maxRecentDraws; i++) {
        const age = Math.floor(this.#random.logBetween(1, rowCount - first + 1)) - 1;
        const index = rowCount - 1 - Math.min(age, rowCount - first - 1);
        if (!taken.has(index)) return index;
      }
    }
    for (;;) {
      const index = first + this.#random.below(rowCount - first);
      if (!taken.has(index)) return index;
    }
  }

  #drawInsertTime(nowMs: number): number {
    const lateness = this.#random.chance(mutationMix.lateInsertShare)
      ? this.#random.logBetween(1_000, mutationMix.maxLatenessDays * dayMs)
      : this.#random.between(0, maxDelayMs);
    return Math.floor(nowMs - lateness);
  }

  #update(event: Event, isCut: boolean, nowMs: number): MutationText {
    // A move carries the whole event, so its text must be at hand.
    if (!isCut && this.#random.chance(mutationMix.moveShare)) return this.#move(event, nowMs);
    const next = this.#events.nextTypes(event.type);
    const progresses = next.length > 0 && this.#random.chance(mutationMix.progressShare);
    const changes = progresses
      ? this.#events.appearance(this.#random.pick(next), event.actor)
      : undefined;
    return updateOf(event.id, changes ?? this.#edit(event));
  }

  /** The timestamp was wrong: the clock of a third party, or of a person. */
  #move(event: Event, nowMs: number): MutationText {
    const size = this.#random.logBetween(1, mutationMix.maxMoveHours * hourMs);
    const shifted = Math.round(event.timestamp + (this.#random.chance(0.5) ? size : -size));
    const timestamp = shifted <= nowMs ? shifted : Math.round(event.timestamp - size);
    return moveOf({ ...event, timestamp });
  }

  #edit(event: Event): EventChanges {
    const looks = this.#events.appearance(event.type, event.actor);
    if (looks !== undefined && this.#random.chance(0.5)) {
      return looks.amount !== undefined && this.#random.chance(0.5)
        ? { amount: looks.amount }
        : { message: looks.message };
    }
    return { severity: this.#random.pick(severities.filter((name) => name !== event.severity)) };
  }
}
