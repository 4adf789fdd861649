import type { LocalStore } from './local_store.js';
import { SourceProblem } from './source_run.js';
import type { SseMessage } from './sse_messages.js';

/** UTF-16 units of messages that are kept while a list is under way. */
const MAX_KEPT_LENGTH = 64 << 20;

type Change = 'put' | 'delete' | 'replace';

/** What messages do, by their type. Others are of no concern. */
const CHANGES: ReadonlyMap<string, Change> = new Map([
  ['message', 'put'],
  ['insert', 'put'],
  ['update', 'put'],
  ['delete', 'delete'],
  ['snapshot', 'replace'],
]);

/** Puts into a store what the messages of a stream say; until {@link release} they are kept. */
export class SseChanges {
  readonly #store: LocalStore;
  readonly #url: string;
  #kept: SseMessage[] | undefined = [];
  #keptLength = 0;

  constructor(store: LocalStore, url: string) {
    this.#store = store;
    this.#url = url;
  }

  /** `undefined`: there was one without an end. @throws {SourceProblem} */
  take(messages: readonly SseMessage[] | undefined): void {
    if (messages === undefined) {
      throw new SourceProblem('message_too_large', `${this.#url} sent a message without an end.`);
    }
    if (this.#kept === undefined) {
      this.#apply(messages);
      return;
    }
    this.#kept.push(...messages);
    for (const { data } of messages) this.#keptLength += data.length;
    if (this.#keptLength > MAX_KEPT_LENGTH) {
      throw new SourceProblem('backlog_full', 'Changes came faster than the list of events.');
    }
  }

  /** Applies what was kept, and from now on what comes. */
  release(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    this.#apply(kept);
  }

  /** Messages in a row that do the same are applied as one. */
  #apply(messages: readonly SseMessage[]): void {
    let run: unknown[] = [];
    let doing: Change | undefined;
    const finish = (): void => {
      if (doing !== undefined) this.#store[doing](run);
      run = [];
    };
    for (const { type, data } of messages) {
      const change = CHANGES.get(type);
      if (change === undefined) continue;
      if (change !== doing || change === 'replace') finish();
      doing = change;
      for (const value of valuesOf(data)) run.push(value);
    }
    finish();
  }
}

/** The events of a message: one, or a list. What is no JSON is a text, such as the id of an event that is deleted. */
function valuesOf(data: string): readonly unknown[] {
  try {
    const json: unknown = JSON.parse(data);
    return Array.isArray(json) ? json : [json];
  } catch {
    return [data];
  }
}
