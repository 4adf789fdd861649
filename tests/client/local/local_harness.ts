import { createEngine, RowBlock, type Schema } from 'eventglass';
import type { ClientState } from '../../../wasm/ts/client/client_state.js';
import type { Density } from '../../../wasm/ts/client/density.js';
import type { Environment } from '../../../wasm/ts/client/environment.js';
import { LocalSession } from '../../../wasm/ts/client/local/local_session.js';
import { optionsOf } from '../../../wasm/ts/client/local/make_run.js';
import type { BlockPlace, FromWorker } from '../../../wasm/ts/client/messages.js';
import type { SourceDescription } from '../../../wasm/ts/client/source_description.js';
import type { Target } from '../../../wasm/ts/client/viewport_request.js';
import { modelSchema } from '../../support/event_model.js';
import { nodeEnvironment, until } from '../../support/node_environment.js';

/** Rows of the screen: more than tests have events, so that a block has all of them. */
const screenRows = 1_000;

/** A page in place of a browser's, over a source that is held whole: paints every block at once. */
export class LocalHarness {
  state: ClientState | undefined;
  density: Density | undefined;
  place: BlockPlace | undefined;
  rows: readonly Record<string, unknown>[] = [];
  readonly errors: string[] = [];
  readonly events: unknown[] = [];
  /** Blocks that have come. */
  blockCount = 0;
  session!: LocalSession;
  readonly #schema: Schema;
  #requestCount = 0;

  private constructor(schema: Schema) {
    this.#schema = schema;
  }

  static async start(
    source: SourceDescription,
    options: {
      readonly schema?: Schema;
      readonly capacityRows?: number;
      readonly environment?: Environment;
    } = {},
  ): Promise<LocalHarness> {
    const {
      schema = modelSchema,
      capacityRows = 10_000,
      environment = nodeEnvironment(20),
    } = options;
    const harness = new LocalHarness(schema);
    const own = {
      ...environment,
      post: (message: FromWorker) => {
        harness.#receive(message);
      },
    };
    const sourceCursor = { epoch: 'local', seq: 0 };
    const engine = await createEngine({ schema, capacityRows, sourceCursor });
    harness.session = new LocalSession(
      engine,
      { ...optionsOf(source, own), schema, capacityRows },
      own,
    );
    harness.look({ type: 'live' });
    return harness;
  }

  get ids(): readonly unknown[] {
    return this.rows.map(({ id }) => id);
  }

  look(target: Target, filter = '', rowCount = screenRows): void {
    const request = { id: ++this.#requestCount, target, rowCount, overscanRows: 0, filter };
    this.session.receive({ type: 'viewport', request });
  }

  /** Waits until the connection is as told, and the first events are there. */
  async becomes(connection: ClientState['connection']): Promise<void> {
    await until(`the connection is ${connection}`, () => this.state?.connection === connection);
  }

  async hasRows(ids: readonly string[]): Promise<void> {
    const wanted = JSON.stringify(ids);
    await until(`the rows are ${wanted}`, () => JSON.stringify(this.ids) === wanted);
  }

  [Symbol.dispose](): void {
    this.session.delete();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'state':
        this.state = message.state;
        if (message.state.error !== undefined) this.errors.push(message.state.error.message);
        break;
      case 'density':
        this.density = message.density;
        break;
      case 'event':
        this.events.push(message.answer);
        break;
      case 'failed':
        throw new Error(message.reason);
      case 'block': {
        const block = new RowBlock(message.buffer, this.#schema);
        this.place = message.place;
        this.rows = Array.from({ length: block.rowCount }, (_, i) => block.event(i));
        this.blockCount++;
        queueMicrotask(() => {
          if (this.state !== undefined) this.session.receive({ type: 'painted', spare: undefined });
        });
      }
    }
  }
}
