import type { EventKey, KeyRange, Schema } from 'eventglass';

/** The columns of the events in these tests: one of each type that pages carry. */
export const modelSchema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'kind', type: 'dictionary' },
  { name: 'message', type: 'text' },
  { name: 'amount', type: 'number' },
] as const satisfies Schema;

export interface ModelEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly kind: string;
  readonly message: string;
  readonly amount?: number;
}

export type ModelMutation =
  | { readonly op: 'insert' | 'update'; readonly seq: number; readonly event: ModelEvent }
  | {
      readonly op: 'update';
      readonly seq: number;
      readonly id: string;
      readonly set: Partial<ModelEvent>;
    }
  | { readonly op: 'delete'; readonly seq: number; readonly id: string };

export interface ModelQuery {
  readonly start: EventKey | undefined;
  readonly stop: EventKey | undefined;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
}

export interface ModelPage {
  readonly events: readonly ModelEvent[];
  readonly epoch: string;
  readonly seq: number;
  readonly totalCount: number;
  readonly covered: KeyRange;
}

export function compareModelKeys(a: EventKey, b: EventKey): number {
  return a.timestamp - b.timestamp || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
}

/** The truth, kept as plainly as can be: a map, and a log of everything that happened to it. */
export class EventModel {
  epoch: string;
  readonly #first: readonly ModelEvent[];
  readonly #log: ModelMutation[] = [];
  readonly #events = new Map<string, ModelEvent>();

  constructor(epoch: string, events: readonly ModelEvent[]) {
    this.epoch = epoch;
    this.#first = events;
    for (const event of events) this.#events.set(event.id, event);
  }

  get seq(): number {
    return this.#log.length;
  }

  get ids(): readonly string[] {
    return [...this.#events.keys()];
  }

  get events(): readonly ModelEvent[] {
    return sorted(this.#events);
  }

  get(id: string): ModelEvent | undefined {
    return this.#events.get(id);
  }

  insert(event: ModelEvent): void {
    this.#do({ op: 'insert', seq: this.seq + 1, event });
  }

  update(id: string, set: Partial<Pick<ModelEvent, 'kind' | 'message' | 'amount'>>): void {
    this.#do({ op: 'update', seq: this.seq + 1, id, set });
  }

  move(id: string, timestamp: number): void {
    const event = this.#events.get(id);
    if (event === undefined) return;
    this.#do({ op: 'update', seq: this.seq + 1, event: { ...event, timestamp } });
  }

  delete(id: string): void {
    this.#do({ op: 'delete', seq: this.seq + 1, id });
  }

  mutationsAfter(seq: number): readonly ModelMutation[] {
    return this.#log.slice(seq);
  }

  /** The events of a range, in order, as they were after `seq`. */
  eventsAt(seq: number, range: KeyRange): readonly ModelEvent[] {
    const events = new Map(this.#first.map((event) => [event.id, event]));
    for (const mutation of this.#log.slice(0, seq)) apply(events, mutation);
    return sorted(events).filter(
      (event) =>
        (range.begin === undefined || compareModelKeys(event, range.begin) >= 0) &&
        (range.end === undefined || compareModelKeys(event, range.end) < 0),
    );
  }

  page({ start, stop, limit, direction }: ModelQuery): ModelPage {
    const all = this.eventsAt(this.seq, { begin: start, end: stop });
    const isCut = all.length > limit;
    const events = direction === 'forward' ? all.slice(0, limit) : all.slice(-limit);
    const first = events[0];
    const last = events.at(-1);
    const covered = { begin: start, end: stop };
    if (isCut && direction === 'backward' && first !== undefined) {
      covered.begin = { timestamp: first.timestamp, id: first.id };
    }
    if (isCut && direction === 'forward' && last !== undefined) {
      covered.end = { timestamp: last.timestamp, id: `${last.id}\u0000` };
    }
    const { epoch, seq } = this;
    return { events, epoch, seq, totalCount: this.#events.size, covered };
  }

  #do(mutation: ModelMutation): void {
    this.#log.push(mutation);
    apply(this.#events, mutation);
  }
}

function apply(events: Map<string, ModelEvent>, mutation: ModelMutation): void {
  if (mutation.op === 'delete') {
    events.delete(mutation.id);
  } else if ('event' in mutation) {
    events.set(mutation.event.id, mutation.event);
  } else {
    const event = events.get(mutation.id);
    if (event !== undefined) events.set(mutation.id, { ...event, ...mutation.set });
  }
}

function sorted(events: ReadonlyMap<string, ModelEvent>): readonly ModelEvent[] {
  return [...events.values()].sort(compareModelKeys);
}
