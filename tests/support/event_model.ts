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

  /** The events of a range, in order, as they were after `seq`: those that match a filter. */
  eventsAt(seq: number, range: KeyRange, filter = ''): readonly ModelEvent[] {
    const events = new Map(this.#first.map((event) => [event.id, event]));
    for (const mutation of this.#log.slice(0, seq)) apply(events, mutation);
    return sorted(events).filter((event) => hasKey(range, event) && matches(event, filter));
  }

  /** One event as it was after `seq`. */
  eventAt(seq: number, id: string): ModelEvent | undefined {
    const events = new Map<string, ModelEvent>();
    const first = this.#first.find((event) => event.id === id);
    if (first !== undefined) events.set(id, first);
    for (const mutation of this.#log.slice(0, seq)) {
      if (('event' in mutation ? mutation.event.id : mutation.id) === id) apply(events, mutation);
    }
    return events.get(id);
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
      totalCount: this.#events.size,
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

function keyOf(event: ModelEvent | undefined): EventKey | undefined {
  return event && { timestamp: event.timestamp, id: event.id };
}

function successorOf(event: ModelEvent | undefined): EventKey | undefined {
  return event && { timestamp: event.timestamp, id: `${event.id}\u0000` };
}
