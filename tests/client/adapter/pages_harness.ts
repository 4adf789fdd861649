import { createEngine, type Engine, type Schema } from 'eventglass';
import { expect } from 'vitest';
import { AdapterPort } from '../../../wasm/ts/client/adapter/adapter_port.js';
import { AdapterSource } from '../../../wasm/ts/client/adapter/adapter_source.js';
import {
  pages,
  type PagesAdapter,
  type PagesOptions,
} from '../../../wasm/ts/client/adapter/pages_adapter.js';
import type { ClientState } from '../../../wasm/ts/client/client_state.js';
import { ForeignEvents } from '../../../wasm/ts/client/local/foreign_events.js';
import type { FromWorker } from '../../../wasm/ts/client/messages.js';
import { Session } from '../../../wasm/ts/client/session.js';
import type { OpenableSource } from '../../../wasm/ts/client/source_description.js';
import type { Target } from '../../../wasm/ts/client/viewport_request.js';
import { type EventModel, modelSchema } from '../../support/event_model.js';
import { nodeEnvironment, until } from '../../support/node_environment.js';
import { windowEvents } from '../../support/window_comparison.js';

const nothing = { begin: undefined, end: undefined };

/** A session over an adapter, on one thread. */
export class PagesHarness {
  state: ClientState | undefined;
  place: { readonly rowsBefore: number; readonly totalCount: number } | undefined;
  readonly answers: unknown[] = [];
  readonly errors: string[] = [];
  session!: Session;
  densityCount = 0;
  readonly engine: Engine;
  readonly #close: () => void;
  readonly #matcher: Engine;
  #requestCount = 0;
  #isEnded = false;

  private constructor(engine: Engine, matcher: Engine, close: () => void) {
    this.engine = engine;
    this.#matcher = matcher;
    this.#close = close;
  }

  static start(adapter: PagesAdapter, options: PagesOptions = {}): Promise<PagesHarness> {
    return PagesHarness.open(pages(adapter, { timestampUnit: 'ms', ...options }));
  }

  static async open(
    openable: OpenableSource,
    capacityRows = 60,
    schema: Schema = modelSchema,
  ): Promise<PagesHarness> {
    const { source, close } = openable.open();
    if (source.type !== 'pages') throw new Error(source.type);
    const engine = await createEngine({ schema, capacityRows });
    const matcher = await createEngine({ schema, capacityRows: 2 });
    const port = new AdapterPort(source.port);
    const harness = new PagesHarness(engine, matcher, () => {
      port.close();
      close();
    });
    const environment = {
      ...nodeEnvironment(20),
      post: (message: FromWorker) => {
        harness.#receive(message);
      },
    };
    const foreign = new ForeignEvents(schema, source, false);
    const ofAdapter = new AdapterSource(port, source, { foreign, matcher }, environment);
    harness.session = new Session(engine, { source: ofAdapter, capacityRows }, environment);
    return harness;
  }

  look(target: Target, filter = ''): void {
    const request = { id: ++this.#requestCount, target, rowCount: 8, overscanRows: 2, filter };
    this.session.receive({ type: 'viewport', request });
  }

  /** Waits until the window is the model’s part, and the counts are the model’s. */
  async converges(model: EventModel, filter = ''): Promise<void> {
    const truth = (): string => {
      const { coverage = nothing } = this.engine;
      const rows = model.eventsAt(model.seq, coverage, filter);
      const total = model.eventsAt(model.seq, nothing, filter).length;
      return JSON.stringify([rows, model.rankOf(coverage.begin, filter), total]);
    };
    const told = (): string =>
      JSON.stringify([windowEvents(this.engine), this.place?.rowsBefore, this.place?.totalCount]);
    await until('the window is as the model', () => {
      this.session.receive({ type: 'retry' });
      const { connection, loading, stale } = this.state ?? {};
      const isAtRest = connection === 'live' && loading === false && stale === false;
      return isAtRest && this.engine.coverage !== undefined && told() === truth();
    }).catch(() => {
      expect(told()).toBe(truth());
      expect(this.state).toMatchObject({ connection: 'live', loading: false, stale: false });
    });
  }

  [Symbol.dispose](): void {
    this.#isEnded = true;
    this.session.delete();
    this.#matcher.delete();
    this.#close();
  }

  #receive(message: FromWorker): void {
    if (message.type === 'state') {
      this.state = message.state;
      if (message.state.error !== undefined) this.errors.push(message.state.error.message);
    }
    if (message.type === 'event') this.answers.push(message.answer);
    if (message.type === 'density') this.densityCount++;
    if (message.type !== 'block') return;
    this.place = message.place;
    queueMicrotask(() => {
      if (!this.#isEnded) this.session.receive({ type: 'painted', spare: undefined });
    });
  }
}
