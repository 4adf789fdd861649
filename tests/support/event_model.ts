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
  readonly rank: number | undefined;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
  readonly filter: string;
}

export interface ModelPage {
  readonly events: readonly ModelEvent[];
  readonly epoch: string;
  readonly seq: number;
  readonly totalCount: number;
  readonly matchCount: number;
  readonly covered: KeyRange;
  readonly firstRank: number;
}

export interface ModelDensity {
  readonly start: number;
  readonly stop: number;
  readonly before: number;
  readonly counts: readonly number[];
}

const everything: KeyRange = { begin: undefined, end: undefined };

/** Of the filter language the models know `kind:…` alone, and the empty filter. */
export function isModelFilter(filter: string): boolean {
  return /^(kind:\w+)?$/.test(filter);
}

export function matches(event: ModelEvent, filter: string): boolean {
  return filter === '' || filter === `kind:${event.kind}`;
}

export function hasKey({ begin, end }: KeyRange, key: EventKey): boolean {
  return (
    (begin === undefined || compareModelKeys(key, begin) >= 0) &&
    (end === undefined || compareModelKeys(key, end) < 0)
  );
}

export function compareModelKeys(a: EventKey, b: EventKey): number {
  return a.timestamp - b.timestamp || Buffer.compare(utf8Of(a.id), utf8Of(b.id));
}

/** Ids are few, and compared often. */
const utf8Ids = new Map<string, Buffer>();

function utf8Of(id: string): Buffer {
  const known = utf8Ids.get(id);
  if (known !== undefined) return known;
  const bytes = Buffer.from(id);
  utf8Ids.set(id, bytes);
  return bytes;
}

/** The truth, kept as plainly as can be: everything that happened, and all events as they were after each mutation. */
export class EventModel {
  epoch: string;
  readonly #log: ModelMutation[] = [];
  readonly #events = new Map<string, ModelEvent>();
  /** By seq, in order. */
  readonly #states: (readonly ModelEvent[])[];

  constructor(epoch: string, events: readonly ModelEvent[]) {
    this.epoch = epoch;
    for (const event of events) this.#events.set(event.id, event);
    this.#states = [[...this.#events.values()].sort(compareModelKeys)];
  }

  get seq(): number {
    return this.#log.length;
  }

  get count(): number {
    return this.#events.size;
  }

  get ids(): readonly string[] {
    return [...this.#events.keys()];
  }

  get events(): readonly ModelEvent[] {
    return this.#stateAt(this.seq);
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

  /** The events of a range, in order, as they were after `seq`: those that match a filter. */
  eventsAt(seq: number, range: KeyRange, filter = ''): readonly ModelEvent[] {
    return this.#stateAt(seq).filter((event) => hasKey(range, event) && matches(event, filter));
  }

  /** One event as it was after `seq`. */
  eventAt(seq: number, id: string): ModelEvent | undefined {
    return this.#stateAt(seq).find((event) => event.id === id);
  }

  /** The events that match a filter before a key. */
  rankOf(key: EventKey | undefined, filter: string): number {
    return key === undefined
      ? 0
      : this.eventsAt(this.seq, { begin: undefined, end: key }, filter).length;
  }

  page({ start, stop, rank, limit, direction, filter }: ModelQuery): ModelPage {
    const asked = { begin: start, end: stop };
    const matching = this.eventsAt(this.seq, everything, filter);
    if (rank !== undefined && direction === 'forward') {
      asked.begin = keyOf(matching[rank]) ?? successorOf(matching.at(-1));
    }
    if (rank !== undefined && direction === 'backward') asked.end = keyOf(matching[rank]);
    const all = this.eventsAt(this.seq, asked, filter);
    const isCut = all.length > limit;
    const events = direction === 'forward' ? all.slice(0, limit) : all.slice(-limit);
    const covered = { ...asked };
    if (isCut && direction === 'backward') covered.begin = keyOf(events[0]);
    if (isCut && direction === 'forward') covered.end = successorOf(events.at(-1));
    return {
      events,
      epoch: this.epoch,
      seq: this.seq,
      totalCount: this.count,
      matchCount: matching.length,
      covered,
      firstRank: this.rankOf(covered.begin, filter),
    };
  }

  /** Counts in equal parts of a time; left out bounds are those of the events. */
  density(
    start: number | undefined,
    stop: number | undefined,
    buckets: number,
    filter: string,
  ): ModelDensity {
    const events = this.eventsAt(this.seq, everything, filter);
    const begin = start ?? events[0]?.timestamp ?? 0;
    const end = stop ?? (events.at(-1)?.timestamp ?? begin) + 1;
    const width = (end - begin) / buckets;
    const before = events.filter(({ timestamp }) => timestamp < begin).length;
    const counts = Array.from({ length: buckets }, () => 0);
    let bucket = 0;
    for (const { timestamp } of events.slice(before)) {
      while (bucket < buckets && timestamp >= begin + (bucket + 1) * width) bucket++;
      if (bucket < buckets) counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    return { start: begin, stop: end, before, counts };
  }

  #stateAt(seq: number): readonly ModelEvent[] {
    const events = this.#states[seq];
    if (events === undefined) throw new RangeError(`nothing has happened with seq ${seq}`);
    return events;
  }

  #do(mutation: ModelMutation): void {
    const id = 'event' in mutation ? mutation.event.id : mutation.id;
    const before = this.#events.get(id);
    const after = applied(before, mutation);
    const events = this.events.filter((event) => event !== before);
    if (after === undefined) {
      this.#events.delete(id);
    } else {
      this.#events.set(id, after);
      const place = events.findIndex((event) => compareModelKeys(event, after) > 0);
      events.splice(place < 0 ? events.length : place, 0, after);
    }
    this.#log.push(mutation);
    this.#states.push(events);
  }
}

/** What becomes of an event. */
function applied(event: ModelEvent | undefined, mutation: ModelMutation): ModelEvent | undefined {
  if (mutation.op === 'delete') return undefined;
  if ('event' in mutation) return mutation.event;
  return event && { ...event, ...mutation.set };
}

function keyOf(event: ModelEvent | undefined): EventKey | undefined {
  return event && { timestamp: event.timestamp, id: event.id };
}

function successorOf(event: ModelEvent | undefined): EventKey | undefined {
  return event && { timestamp: event.timestamp, id: `${event.id}\u0000` };
}
