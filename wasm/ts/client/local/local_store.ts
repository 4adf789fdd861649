import type { ApplyCounts, Schema } from '../../types.js';
import { type JsonObject, parseObject } from '../json_values.js';
import type { ReadingOptions } from '../source_description.js';
import { fingerprint } from './fingerprint.js';
import { type EventFault, ForeignEvents } from './foreign_events.js';
import type { LocalEngine } from './local_engine.js';

/** UTF-16 units of a message to the engine: a few milliseconds of work. */
const BATCH_LENGTH = 1 << 20;

/** What a store tells. */
export interface StoreEvents {
  /** A part of what was put or deleted is in the engine. */
  onApplied(counts: ApplyCounts): void;
  /** Something that was to be put is no event. */
  onSkipped(fault: EventFault): void;
  /** The engine has no room: what was put since is not there. */
  onFull(): void;
}

/**
 * All events of a source that knows no more than to bring them. The engine is their only place: it holds the whole timeline, and
 * is the window at the same time.
 */
export class LocalStore {
  readonly #engine: LocalEngine;
  readonly #foreign: ForeignEvents;
  readonly #events: StoreEvents;
  /** By id, where lists are compared: of what an event was when it was put. */
  #known: Map<string, number> | undefined;
  /** Mutations that the engine has not got yet. */
  #pending: string[] = [];
  #pendingLength = 0;
  #seq: number;

  /** REQUIRES: the engine was made with a `sourceCursor`. `numbers`: events without an id get a number. */
  constructor(
    engine: LocalEngine,
    schema: Schema,
    options: ReadingOptions & { readonly numbers: boolean },
    events: StoreEvents,
  ) {
    this.#engine = engine;
    this.#foreign = new ForeignEvents(schema, options, options.numbers);
    this.#events = events;
    this.#seq = engine.cursor?.seq ?? 0;
  }

  /** Inserts events; each replaces the one with its id. */
  put(values: Iterable<unknown>): void {
    for (const value of values) {
      const event = this.#foreign.read(value);
      if (typeof event === 'string') {
        this.#events.onSkipped(event);
      } else {
        this.#known?.set(event.id, fingerprint(event.json));
        this.#put(event.json);
      }
    }
    this.#flush();
  }

  /** Deletes events, given whole or by their ids. */
  delete(values: Iterable<unknown>): void {
    for (const value of values) this.#delete(this.#foreign.readId(value));
    this.#flush();
  }

  /** Makes the timeline equal to a list. Events that are as they were are left alone. */
  replace(values: Iterable<unknown>): void {
    const before = this.#known;
    const known = new Map<string, number>();
    for (const value of values) {
      const event = this.#foreign.read(value);
      if (typeof event === 'string') {
        this.#events.onSkipped(event);
        continue;
      }
      const mark = fingerprint(event.json);
      // Of two with one id the last counts, as when they are put one by one.
      const last = known.get(event.id) ?? before?.get(event.id);
      known.set(event.id, mark);
      if (last !== mark) this.#put(event.json);
    }
    for (const id of before?.keys() ?? this.#ids()) if (!known.has(id)) this.#delete(id);
    this.#known = known;
    this.#flush();
  }

  /** An event's fields, as far as the schema has them. */
  readEvent(id: string): JsonObject | undefined {
    const index = this.#engine.indexOf(id);
    if (index === undefined) return undefined;
    const json = new TextDecoder().decode(this.#engine.writeJson({ begin: index, end: index + 1 }));
    return parseObject(json.slice(1, -1));
  }

  /** Of all events; read before any is deleted. */
  #ids(): readonly string[] {
    return Array.from({ length: this.#engine.rowCount }, (_, i) => this.#engine.keyAt(i).id);
  }

  #put(json: string): void {
    this.#add(`{"op":"insert","seq":${++this.#seq},"event":${json}}`);
  }

  #delete(id: string): void {
    this.#known?.delete(id);
    this.#add(`{"op":"delete","seq":${++this.#seq},"id":${JSON.stringify(id)}}`);
  }

  #add(mutation: string): void {
    if (this.#pendingLength + mutation.length > BATCH_LENGTH) this.#flush(this.#seq - 1);
    this.#pending.push(mutation);
    this.#pendingLength += mutation.length;
  }

  /** `seq`: of the last that is pending. */
  #flush(seq = this.#seq): void {
    if (this.#pending.length === 0) return;
    const { epoch = '', seq: prevSeq = 0 } = this.#engine.cursor ?? {};
    const head = `{"type":"batch","epoch":${JSON.stringify(epoch)},"prevSeq":${prevSeq},"seq":${seq}`;
    const report = this.#engine.applyFeed(`${head},"mutations":[${this.#pending.join(',')}]}`);
    this.#pending = [];
    this.#pendingLength = 0;
    if (report.status === 'applied') {
      this.#events.onApplied(report.counts);
    } else {
      // Compared with what is not there, the next list would leave it out.
      this.#known = undefined;
      this.#events.onFull();
    }
  }
}
