import type { FilterFault } from './client_error.js';
import { isCount, isObject } from './json_values.js';

/** Characters of a fault's texts that are kept. */
const MAX_TEXT_LENGTH = 300;

/** Reads an error with the code `invalid_filter`, as pages and the feed have it; `undefined` where `error` is none. */
export function readFilterFault(error: unknown): FilterFault | undefined {
  if (!isObject(error) || error['code'] !== 'invalid_filter') return undefined;
  const { message, begin, end, expected } = error;
  return {
    message: textOf(message),
    begin: isCount(begin) ? begin : 0,
    end: isCount(end) ? end : 0,
    expected: textOf(expected),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT_LENGTH) : '';
}
