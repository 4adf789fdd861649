import fc from 'fast-check';

import { type Event, demoSchema } from '../../../backend/src/event_schema.js';
import { EmbeddedSource } from '../../../backend/src/source/embedded_source.js';
import { EventStore } from '../../../backend/src/store/event_store.js';
import { defaultMaxLogBytes } from '../../../backend/src/store/mutation_log.js';
import {
  type MutationText,
  deleteOf,
  insertOf,
  moveOf,
  mutationJson,
  updateOf,
} from '../../../backend/src/store/mutation_text.js';
import { variedEvents } from './changing_timeline.js';
import type { FeedMutation } from './feed_reader.js';
import { NaiveTimeline } from './naive_timeline.js';

/** One thing that happens: `at` chooses an event, `to` what becomes of it. */
export interface Step {
  readonly kind: 'insert' | 'update' | 'move' | 'delete';
  readonly at: number;
  readonly to: number;
}

const anyKind = fc.constantFrom<Step['kind'][]>('insert', 'update', 'update', 'move', 'delete');

/** What happens in one batch, to any events or to the same few again and again. */
export const anyBatch: fc.Arbitrary<readonly Step[]> = fc.oneof(
  fc.array(fc.record({ kind: anyKind, at: fc.nat(1_000), to: fc.nat(1_000) }), {
    minLength: 1,
    maxLength: 6,
  }),
  fc.array(fc.record({ kind: anyKind, at: fc.nat(3), to: fc.nat(1_000) }), {
    minLength: 1,
    maxLength: 12,
  }),
);

/** How long ago something was: so many batches, and mutations before the end of one. */
export interface Age {
  readonly batches: number;
  readonly mutations: number;
}

/** A source with events of its own, and what it held at each seq since, in the plainest way. */
export class SourceStage {
  readonly source: EmbeddedSource;
  readonly beginSeq: number;
  /** The source's clock. */
  nowMs = 0;
  readonly #store: EventStore;
  readonly #timeline: NaiveTimeline;
  /** The events after each mutation. */
  readonly #states: (readonly Event[])[];
  /** The seqs that batches ended at. */
  readonly #batchEnds: number[];
  #insertCount = 0;

  private constructor(store: EventStore, maxLogBytes: number) {
    this.#store = store;
    this.source = new EmbeddedSource(store, { maxLogBytes, now: () => this.nowMs });
    this.beginSeq = store.cursor.seq;
    this.#batchEnds = [this.beginSeq];
    this.#timeline = new NaiveTimeline(variedEvents());
    this.#states = [this.#timeline.events()];
  }

  static async open(maxLogBytes = defaultMaxLogBytes): Promise<SourceStage> {
    const store = await EventStore.create(demoSchema, 'e', 100_000);
    store.fill(variedEvents().map(insertOf));
    return new SourceStage(store, maxLogBytes);
  }

  get seq(): number {
    return this.beginSeq + this.#states.length - 1;
  }

  /** The seq of so long ago, as far as there is one. */
  seqBefore({ batches, mutations }: Age): number {
    const end = this.#batchEnds.at(-1 - batches) ?? this.beginSeq;
    return Math.max(this.beginSeq, end - mutations);
  }

  /** The events as they are now, in order. */
  get events(): readonly Event[] {
    return this.eventsAt(this.seq);
  }

  /** The events as they were at `seq`, in order. */
  eventsAt(seq: number): readonly Event[] {
    return this.#states[seq - this.beginSeq] ?? [];
  }

  /** An event before and after mutation `seq`, as far as there was one. */
  changedBy(seq: number): readonly Event[] {
    const [before, after] = [this.eventsAt(seq - 1), this.eventsAt(seq)];
    const [old, kept] = [new Set(before), new Set(after)];
    return [
      ...before.filter((event) => !kept.has(event)),
      ...after.filter((event) => !old.has(event)),
    ];
  }

  /** Publishes one batch, each of its steps about events as those before it have left them. */
  publish(steps: readonly Step[]): void {
    const texts = steps.map((step) => {
      const text = this.#mutationOf(step);
      const mutation = JSON.parse(mutationJson(text, this.seq + 1)) as FeedMutation;
      this.#timeline.apply({ mutations: [mutation] });
      this.#states.push(this.#timeline.events());
      return text;
    });
    this.#batchEnds.push(this.seq);
    this.source.publish(texts);
  }

  #mutationOf({ kind, at, to }: Step): MutationText {
    const event = this.events[at % this.events.length];
    const sample = variedEvents()[to % variedEvents().length] as Event;
    // No id is ever used again.
    if (kind === 'insert' || event === undefined) {
      return insertOf({ ...sample, id: `new_${this.#insertCount++}` });
    }
    if (kind === 'delete') return deleteOf(event.id);
    if (kind === 'update') return updateOf(event.id, changesTo(sample, to));
    return moveOf({ ...event, timestamp: sample.timestamp });
  }

  delete(): void {
    this.#store.delete();
  }
}

/** Some fields of `sample`; an amount that it has not is removed. */
function changesTo({ severity, message, amount }: Event, to: number): object {
  return [{ severity }, { message }, { amount }, { severity, amount }][to % 4] ?? {};
}
