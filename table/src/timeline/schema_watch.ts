import type { Schema } from 'eventglass';
import type { ClientState } from 'eventglass/client';
import { askSchema } from './ask_schema.js';
import { isSameSchema } from './timeline_schema.js';

/**
 * Notices that the backend serves events of other columns than the page was made for: it was not there when the page was, or
 * has begun another life with other data.
 */
export class SchemaWatch {
  readonly #backendUrl: string;
  readonly #schema: Schema;
  readonly #onchange: () => void;
  /** The life of the backend that is known to have these columns. */
  #knownEpoch: string | undefined;
  #asking: AbortController | undefined;
  #errorCode: string | undefined;

  /** `isSure`: it was the backend that told `schema` when the page was made. */
  constructor(backendUrl: string, schema: Schema, isSure: boolean, onchange: () => void) {
    this.#backendUrl = backendUrl;
    this.#schema = schema;
    this.#onchange = onchange;
    this.#knownEpoch = isSure ? '' : undefined;
  }

  /** The client has come to this state. */
  see({ cursor, error }: Pick<ClientState, 'cursor' | 'error'>): void {
    const hasFailed = error !== undefined && error.code !== this.#errorCode;
    this.#errorCode = error?.code;
    const epoch = cursor?.epoch;
    // The life that the page was made in.
    if (this.#knownEpoch === '' && epoch !== undefined) this.#knownEpoch = epoch;
    const isOther = epoch !== undefined && epoch !== this.#knownEpoch;
    if (isOther || (hasFailed && error.code !== 'backend_unreachable')) void this.#look(epoch);
  }

  delete(): void {
    this.#asking?.abort();
  }

  async #look(epoch: string | undefined): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const schema = await askSchema(this.#backendUrl, asking.signal);
      if (asking.signal.aborted) return;
      this.#knownEpoch = epoch ?? this.#knownEpoch;
      if (!isSameSchema(schema, this.#schema)) this.#onchange();
    } catch {
      // It is looked for again with the next state that gives reason to.
    }
  }
}
