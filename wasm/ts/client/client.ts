import { RowBlock } from '../row_block.js';
import { startSourceWorker } from '../start_source_worker.js';
import { startWorker } from '../start_worker.js';
import type { Schema } from '../types.js';
import type { ClientError } from './client_error.js';
import type { ClientState } from './client_state.js';
import type { Density } from './density.js';
import { assertNever, type BlockPlace, type FromWorker, type ToWorker } from './messages.js';
import type { JsonObject } from './json_values.js';
import type { OpenableSource, OpenedSource, SourceDescription } from './source_description.js';
import type { ViewportRequest } from './viewport_request.js';

/** Where events come from, and who is told of them. */
export interface ClientOptions {
  /** `http(s)://host:port` of a backend that speaks Eventglass's own protocol. */
  readonly backendUrl?: string | undefined;
  /** Where events come from instead: an array, a file, a stream, a list to ask for, or an object of yours (docs/adapters.md). */
  readonly source?: SourceDescription | OpenableSource | undefined;
  /** The columns of the events. */
  readonly schema: Schema;
  /** Rows that the window holds. Default 200,000; of sources that are held whole, 2,000,000. */
  readonly capacityRows?: number | undefined;
  /** Makes the worker, where its file is neither found by a bundler nor beside the page's code. */
  readonly worker?: (() => Worker) | undefined;
  /** Rows to draw; call {@link TimelineClient.painted} when that is done. */
  readonly onBlock: (update: BlockUpdate) => void;
  /** Called with each new state. */
  readonly onState: (state: ClientState) => void;
  /** How many events there are over time, in the whole timeline; four times a second at most. */
  readonly onDensity?: (density: Density) => void;
}

interface PendingRead {
  readonly resolve: (event: JsonObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Rows for the screen. */
export interface BlockUpdate extends BlockPlace {
  /** The screen's rows and its overscan, as far as there are any. Readable until a newer block has been painted. */
  readonly block: RowBlock;
}

const INITIAL_STATE: ClientState = {
  connection: 'connecting',
  stale: true,
  loading: true,
  cursor: undefined,
  rowCount: 0,
  totalCount: undefined,
  matchCount: undefined,
  coverage: undefined,
  newCount: 0,
  filterError: undefined,
  error: undefined,
  mutationCount: 0,
};

/**
 * A live timeline for a page: engine, fetches and socket run in a worker; the page gets the rows on screen, at most one block
 * per frame, and only when they changed.
 *
 * Owns a worker: call {@link delete}, or declare it with `using`.
 */
export class TimelineClient {
  readonly #options: ClientOptions;
  #worker: Worker | undefined;
  #state = INITIAL_STATE;
  #request: ViewportRequest | undefined;
  #isRequestPosted = true;
  #requestCount = 0;
  #block: RowBlock | undefined;
  #previousBlock: RowBlock | undefined;
  readonly #reads = new Map<number, PendingRead>();
  #readCount = 0;
  #opened: OpenedSource | undefined;
  #isDeleted = false;

  /** Starts the worker. Nothing is asked for before {@link setViewport}. */
  constructor(options: ClientOptions) {
    this.#options = options;
    this.#startWorker();
  }

  /** Tells what the reader looks at. Call it as often as you like: of several in one task the last counts. Returns its id. */
  setViewport(request: Omit<ViewportRequest, 'id'>): number {
    this.#requestCount++;
    this.#request = { ...request, id: this.#requestCount };
    if (this.#isRequestPosted) {
      queueMicrotask(() => {
        if (!this.#isRequestPosted) this.#postRequest();
      });
    }
    this.#isRequestPosted = false;
    return this.#requestCount;
  }

  /** The last block has been drawn: call it from `requestAnimationFrame`. No further block comes before. */
  painted(): void {
    // The worker answers it with the block that this makes room for.
    if (!this.#isRequestPosted) this.#postRequest();
    const spare = this.#previousBlock?.buffer;
    this.#previousBlock = undefined;
    this.#post({ type: 'painted', spare }, spare === undefined ? [] : [spare]);
  }

  /**
   * One event as the source has it, with all of its fields; `undefined` where there is none of that id. Rejects where the source
   * can't be asked.
   */
  readEvent(id: string): Promise<JsonObject | undefined> {
    return new Promise((resolve, reject) => {
      const readId = ++this.#readCount;
      this.#reads.set(readId, { resolve, reject });
      if (this.#worker === undefined) this.#stopWorker('eventglass: the client has no worker');
      this.#post({ type: 'read', readId, id }, []);
    });
  }

  /** Tries again now whatever waits for its next try. */
  retry(): void {
    if (this.#worker === undefined) {
      this.#startWorker();
    } else {
      this.#post({ type: 'retry' }, []);
    }
  }

  /** Ends the worker, and with it socket, requests and engine. */
  delete(): void {
    this.#isDeleted = true;
    this.#stopWorker('eventglass: the client has been deleted');
  }

  /** Deletes it where a `using` declaration ends. */
  [Symbol.dispose](): void {
    this.delete();
  }

  #startWorker(): void {
    if (this.#isDeleted) return;
    const { worker: makeWorker, backendUrl, source: given, schema, capacityRows } = this.#options;
    const { source, transfer } =
      given !== undefined && 'open' in given
        ? (this.#opened = given.open())
        : { source: given, transfer: [] };
    const worker =
      makeWorker?.() ??
      this.#opened?.makeWorker?.() ??
      (source === undefined ? startWorker() : startSourceWorker());
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (worker === this.#worker) this.#receive(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#fail(event.message || 'it could not be loaded');
    });
    this.#post({ type: 'start', backendUrl, source, schema, capacityRows }, transfer);
    this.#postRequest();
  }

  #stopWorker(reason: string): void {
    this.#worker?.terminate();
    this.#opened?.close();
    this.#worker = undefined;
    for (const { reject } of this.#reads.values()) reject(new Error(reason));
    this.#reads.clear();
  }

  #post(message: ToWorker, transfer: Transferable[]): void {
    this.#worker?.postMessage(message, transfer);
  }

  #postRequest(): void {
    this.#isRequestPosted = true;
    if (this.#request !== undefined) this.#post({ type: 'viewport', request: this.#request }, []);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'block':
        this.#showBlock(message);
        break;
      case 'state':
        this.#setState(message.state);
        break;
      case 'density':
        this.#options.onDensity?.(message.density);
        break;
      case 'event':
        this.#endRead(message);
        break;
      case 'failed':
        this.#fail(message.reason);
        break;
      default:
        assertNever(message);
    }
  }

  #showBlock({ buffer, place }: FromWorker & { type: 'block' }): void {
    const block = new RowBlock(buffer, this.#options.schema);
    this.#previousBlock = this.#block;
    this.#block = block;
    this.#options.onBlock({ block, ...place });
  }

  #endRead({ readId, answer }: FromWorker & { type: 'event' }): void {
    const read = this.#reads.get(readId);
    this.#reads.delete(readId);
    if (answer.type === 'event') read?.resolve(answer.event);
    else read?.reject(new Error(answer.problem.message));
  }

  #setState(state: ClientState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  /** The rows on screen stay there; nothing updates them until {@link retry}. */
  #fail(reason: string): void {
    const message = `The timeline's worker failed: ${reason}.`;
    this.#stopWorker(message);
    const error: ClientError = {
      code: 'worker_failed',
      message,
      action: 'The rows stay as they are until you retry.',
    };
    this.#setState({ ...this.#state, connection: 'offline', stale: true, loading: false, error });
  }
}
