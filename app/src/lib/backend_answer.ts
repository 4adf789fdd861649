import { isObject } from './json.js';

/** Whether a value of an answer is a number of things. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A number of things that a header has; `undefined` if it has none. */
export function countHeader(headers: Headers, name: string): number | undefined {
  const text = headers.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Why an answer is none, in the backend's words where it has some. */
export function refusalText(answer: unknown, status: number): string {
  const error = isObject(answer) ? answer['error'] : undefined;
  const message = isObject(error) ? error['message'] : undefined;
  const isSaid = typeof message === 'string' && message !== '';
  return isSaid ? message : `the answer has status ${String(status)}`;
}

/** How long to wait for a busy backend where its answer does not say, or may not be read. */
const defaultWaitMs = 2_000;

/** What a header `Retry-After` says; `undefined` where it is missing or says nothing. */
export function retryAfterMs(retryAfter: string | null): number | undefined {
  const seconds = Number(retryAfter ?? NaN);
  return seconds > 0 ? seconds * 1_000 : undefined;
}

/** How long to wait for a busy backend, by the header `Retry-After`. */
export function waitMsOf(retryAfter: string | null): number {
  return retryAfterMs(retryAfter) ?? defaultWaitMs;
}
