import { expect } from 'vitest';
import type { Target } from '../../../wasm/ts/client/viewport_request.js';
import { EventModel, isModelFilter, type ModelEvent } from '../../support/event_model.js';
import { nextTask, type SimulatedWorld } from '../../support/simulated_world.js';
import { expectedEvents, windowEvents } from '../../support/window_comparison.js';
import type { SessionHarness } from '../session_harness.js';
import type { Change, Look, Step } from './step.js';

/** Ids that sort differently in UTF-8, in UTF-16 and by number. */
const prefixes = ['a', 'z', 'é', '\u{ff5e}', '\u{1f600}', '%2C,'];

export function eventNamed(number: number, time: number): ModelEvent {
  const id = `${prefixes[number % prefixes.length] ?? ''}${number}`;
  return { id, timestamp: time, kind: `kind${number % 5}`, message: `"${number}" <b>` };
}

/** Plays steps against a session, and compares its window with the model whenever the two are at one cursor. */
export class Play {
  readonly #world: SimulatedWorld;
  readonly #harness: SessionHarness;
  #eventCount: number;
  #epochCount = 1;
  #target: Target = { type: 'live' };
  #filter = '';
  /** Those that the window may have. */
  readonly #filters = new Set(['']);
  #lookId = 0;
  /** The state that was compared last. */
  #compared = '';

  constructor(world: SimulatedWorld, harness: SessionHarness) {
    this.#world = world;
    this.#harness = harness;
    this.#eventCount = world.model.events.length;
  }

  async run(step: Step): Promise<void> {
    const world = this.#world;
    const { socket } = world;
    switch (step.type) {
      case 'insert':
      case 'update':
      case 'move':
      case 'delete':
        this.#change(step);
        break;
      case 'race':
        world.answer(0);
        for (const each of step.changes) this.#change(each);
        world.connect();
        world.sendBatch();
        while (world.receive());
        await world.deliver(0);
        break;
      case 'arrive':
        await this.#arrive();
        break;
      case 'synchronize':
        this.#synchronize();
        break;
      case 'answer':
        world.answer(step.pick);
        break;
      case 'deliver':
        await world.deliver(step.pick);
        break;
      case 'fail':
        await world.fail(step.pick);
        break;
      case 'answerAside':
        world.answer(step.pick, undefined, world.asides);
        break;
      case 'deliverAside':
        await world.deliver(step.pick, world.asides);
        break;
      case 'failAside':
        await world.fail(step.pick, world.asides);
        break;
      case 'hear':
        world.hear();
        break;
      case 'sendBatch':
        world.sendBatch();
        break;
      case 'sendCounts':
        world.sendCounts();
        break;
      case 'sendProgress':
        world.sendProgress();
        break;
      case 'receive':
        world.receive();
        break;
      case 'repeat':
        if (socket?.inbox[0] !== undefined) socket.inbox.unshift(socket.inbox[0]);
        break;
      case 'loseMessage':
        // What it is answered can't be lost without the connection, and counts have no place in the order of things.
        if (/"type":"(batch|progress)"/.test(socket?.inbox[0] ?? '')) socket?.inbox.shift();
        break;
      case 'garble':
        socket?.inbox.unshift('{"type":"batch","epoch":');
        break;
      case 'break':
        socket?.break();
        break;
      case 'truncateLog':
        world.logBeginSeq = world.model.seq;
        break;
      case 'restart':
        this.#restart();
        break;
      case 'advance':
        world.advance(step.delayMs);
        break;
      case 'tell':
        world.tells = step.tells;
        break;
      case 'refuse':
        world.refusal = step.refusal;
        break;
      case 'rest':
        await this.rest();
        break;
      case 'look':
        this.#look(step.look);
        if (step.isPatient) {
          await this.#arrive();
          this.#synchronize();
        }
        break;
    }
    await nextTask();
    this.compare();
  }

  look(target: Target, filter = this.#filter): void {
    this.#target = target;
    this.#filter = filter;
    if (isModelFilter(filter)) this.#filters.add(filter);
    this.#lookId = this.#harness.look(target, filter);
  }

  #look(look: Look): void {
    switch (look.type) {
      case 'live':
        this.look({ type: 'live' });
        break;
      case 'key': {
        const key = { timestamp: look.timestamp, id: '' };
        this.look({ type: 'key', key, rowOffset: look.rowOffset });
        break;
      }
      case 'rank':
        this.look({ type: 'rank', rank: look.rank });
        break;
      case 'scroll': {
        const event = this.#world.model.get(this.#harness.top?.id ?? '');
        if (event === undefined) return;
        const key = { timestamp: event.timestamp, id: event.id };
        this.look({ type: 'key', key, rowOffset: look.rows });
        break;
      }
      case 'drag': {
        const rank = (this.#harness.top?.rank ?? 0) + look.rows;
        this.look({ type: 'rank', rank: Math.max(0, rank) });
        break;
      }
      case 'filter':
        this.look(this.#target, look.filter);
        break;
    }
  }

  async #arrive(): Promise<void> {
    for (let i = this.#world.requests.length; i > 0; i--) {
      this.#world.answer(0);
      await this.#world.deliver(0);
    }
  }

  #synchronize(): void {
    this.#world.connect();
    this.#world.sendCounts();
    while (this.#world.receive());
  }

  /** Compares what the window holds with what it must hold, where its cursor says what that is. */
  compare(): void {
    const { engine } = this.#harness;
    const { model, newestPageSeq } = this.#world;
    const { cursor, version } = engine;
    // Rows of a page that is ahead of the feed are those of a later cursor.
    if (cursor?.epoch !== model.epoch || cursor.seq < newestPageSeq) return;
    const compared = `${cursor.epoch} ${cursor.seq} ${version}`;
    if (compared === this.#compared) return;
    this.#compared = compared;
    if (this.#explainingFilter() !== undefined) return;
    expect(windowEvents(engine)).toEqual(expectedEvents(engine, model, this.#filter));
  }

  /** Lets everything come to rest, and compares all that the page is told with what is true. */
  async rest(): Promise<void> {
    const world = this.#world;
    world.refusal = undefined;
    await world.settle();
    const { engine, state, shown } = this.#harness;
    const { model } = world;
    expect(engine.cursor).toEqual({ epoch: model.epoch, seq: model.seq });
    expect(state).toMatchObject({
      connection: 'live',
      stale: false,
      loading: false,
      error: undefined,
      totalCount: model.ids.length,
    });
    expect(shown?.requestId).toBe(this.#lookId);
    if (this.#target.type === 'live') expect(engine.coverage?.end).toBeUndefined();
    const isValid = isModelFilter(this.#filter);
    expect(state.filterError === undefined).toBe(isValid);
    if (isValid) {
      expect(this.#told).toEqual(this.#truth(this.#filter));
    } else {
      expect([...this.#filters].map((filter) => this.#truth(filter))).toContainEqual(this.#told);
    }
  }

  /** What the page is told of a window, and its rows. */
  get #told(): object {
    const { engine, state, shown, densities } = this.#harness;
    const { before, counts = [] } = densities.at(-1) ?? {};
    return {
      rows: windowEvents(engine),
      matchCount: state.matchCount,
      rowsBefore: shown?.rowsBefore,
      totalCount: shown?.totalCount,
      before,
      counts: [...counts],
      // All are counted over time: whatever lay outside has been asked for again.
      countedCount: [...counts].reduce((sum, count) => sum + count, 0),
    };
  }

  /** The same as it is, with a filter. */
  #truth(filter: string): object {
    const { engine, densities } = this.#harness;
    const { model } = this.#world;
    const { start, stop, counts = [] } = densities.at(-1) ?? {};
    const density = model.density(start, stop, counts.length, filter);
    const matchCount = model.rankOf({ timestamp: Infinity, id: '' }, filter);
    return {
      rows: expectedEvents(engine, model, filter),
      matchCount: filter === '' ? undefined : matchCount,
      rowsBefore: model.rankOf(engine.coverage?.begin, filter),
      totalCount: matchCount,
      before: 0,
      counts: density.counts,
      countedCount: matchCount,
    };
  }

  /** The filter whose events the window has: the one that was wanted last, if it can be. */
  #explainingFilter(): string | undefined {
    const { engine } = this.#harness;
    const json = JSON.stringify(windowEvents(engine));
    return [this.#filter, ...this.#filters].find(
      (filter) =>
        this.#filters.has(filter) &&
        json === JSON.stringify(expectedEvents(engine, this.#world.model, filter)),
    );
  }

  #change(change: Change): void {
    const { model } = this.#world;
    switch (change.type) {
      case 'insert':
        model.insert(eventNamed(this.#eventCount++, change.timestamp));
        break;
      case 'update':
        model.update(this.#id(change.pick), {
          message: `updated at ${model.seq}`,
          amount: change.pick,
        });
        break;
      case 'move':
        model.move(this.#id(change.pick), change.timestamp);
        break;
      case 'delete':
        if (model.ids.length > 0) model.delete(this.#id(change.pick));
        break;
    }
  }

  #id(pick: number): string {
    const { ids } = this.#world.model;
    return ids[pick % ids.length] ?? 'none';
  }

  #restart(): void {
    this.#epochCount++;
    this.#world.model = new EventModel(`epoch${this.#epochCount}`, this.#world.model.events);
    this.#world.logBeginSeq = 0;
    this.#world.newestPageSeq = 0;
    this.#world.socket?.break();
  }
}
