import type { FilterFault } from './client_error.js';
import { isCount, isObject, textOf } from './json_values.js';

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
