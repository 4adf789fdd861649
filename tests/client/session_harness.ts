import { createEngine, RowBlock, type Engine } from 'eventglass';
import { BackendSource } from '../../wasm/ts/client/backend_source.js';
import type { ClientState } from '../../wasm/ts/client/client_state.js';
import type { Density } from '../../wasm/ts/client/density.js';
import type { Environment } from '../../wasm/ts/client/environment.js';
import type { BlockPlace, FromWorker } from '../../wasm/ts/client/messages.js';
import { Session } from '../../wasm/ts/client/session.js';
import type { Target } from '../../wasm/ts/client/viewport_request.js';
import { modelSchema, type EventModel, type ModelEvent } from '../support/event_model.js';

export interface ShownBlock extends BlockPlace {
  readonly block: RowBlock;
}

/** A page in place of a browser's: paints every block at once, and keeps what it was told. */
export class SessionHarness {
  readonly engine: Engine;
  readonly session: Session;
  readonly states: ClientState[] = [];
  readonly blocks: ShownBlock[] = [];
  readonly densities: Density[] = [];
  readonly answers: (FromWorker & { type: 'event' })[] = [];
  /** Paints by itself. */
  isPainting = true;
  #requestCount = 0;

  private constructor(engine: Engine, capacityRows: number, url: string, environment: Environment) {
    this.engine = engine;
    const own = {
      fetch: environment.fetch,
      openSocket: environment.openSocket,
      now: environment.now,
      after: environment.after,
      random: environment.random,
      post: (message: FromWorker) => {
        this.#receive(message);
      },
    };
    this.session = new Session(engine, { source: new BackendSource(url, own), capacityRows }, own);
  }

  static async start(
    environment: Environment,
    options: { readonly capacityRows?: number; readonly url?: string } = {},
  ): Promise<SessionHarness> {
    const { capacityRows = 10_000, url = 'http://backend' } = options;
    const engine = await createEngine({ schema: modelSchema, capacityRows });
    return new SessionHarness(engine, capacityRows, url, environment);
  }

  get state(): ClientState {
    const state = this.states.at(-1);
    if (state === undefined) throw new Error('the session has told no state');
    return state;
  }

  get shown(): ShownBlock | undefined {
    return this.blocks.at(-1);
  }

  /** The row at the top of the screen, and its rank in the timeline. */
  get top(): { readonly id: string | undefined; readonly rank: number } | undefined {
    if (this.shown === undefined) return undefined;
    const { block, topIndex, rowsBefore } = this.shown;
    return { id: this.rowIds[topIndex - block.begin], rank: rowsBefore + topIndex };
  }

  /** The events of the block on screen. */
  get rows(): readonly unknown[] {
    const block = this.shown?.block;
    return block === undefined
      ? []
      : Array.from({ length: block.rowCount }, (_, i) => block.event(i));
  }

  get rowIds(): readonly string[] {
    return this.rows.map((row) => (row as ModelEvent).id);
  }

  look(target: Target, filter = '', rowCount = 5, overscanRows = 2): number {
    this.#requestCount++;
    const request = { id: this.#requestCount, target, rowCount, overscanRows, filter };
    this.session.receive({ type: 'viewport', request });
    return this.#requestCount;
  }

  paint(): void {
    this.session.receive({ type: 'painted', spare: undefined });
  }

  delete(): void {
    this.isPainting = false;
    this.session.delete();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'state':
        this.states.push(message.state);
        break;
      case 'block': {
        // A copy: the harness paints at once, and the session may use the buffer again.
        const block = new RowBlock(message.buffer.slice(0), modelSchema);
        this.blocks.push({ ...message.place, block });
        if (this.isPainting) {
          queueMicrotask(() => {
            if (this.isPainting) this.session.receive({ type: 'painted', spare: message.buffer });
          });
        }
        break;
      }
      case 'density':
        this.densities.push(message.density);
        break;
      case 'event':
        this.answers.push(message);
        break;
      case 'failed':
        throw new Error(message.reason);
    }
  }
}

/** The events of a simple model: `count` of them, a second apart, of three kinds. */
export function madeEvents(count: number): ModelEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `e${i}`,
    timestamp: 1_000_000 + 1_000 * i,
    kind: `kind${i % 3}`,
    message: `message ${i}`,
    ...(i % 2 === 0 ? { amount: i } : {}),
  }));
}

export function keyOf(model: EventModel, id: string): { timestamp: number; id: string } {
  const event = model.get(id);
  if (event === undefined) throw new Error(`no event ${id}`);
  return { timestamp: event.timestamp, id };
}
