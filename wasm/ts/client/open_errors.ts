import type { ClientError } from './client_error.js';

/** What an error is about; a newer error about the same replaces it. */
export type ErrorTopic = 'feed' | 'page' | 'data';

/** The errors that have not been resolved. */
export class OpenErrors {
  /** In the order of their coming. */
  readonly #errors = new Map<ErrorTopic, ClientError>();

  get newest(): ClientError | undefined {
    return [...this.#errors.values()].at(-1);
  }

  add(topic: ErrorTopic, error: ClientError): void {
    this.#errors.delete(topic);
    this.#errors.set(topic, error);
  }

  resolve(topic: ErrorTopic): void {
    this.#errors.delete(topic);
  }
}
