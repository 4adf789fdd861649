import { maxFilterLength } from '../source/event_source.js';
import { invalidParameter } from './query_parameters.js';

/**
 * The filter as the source takes it; `''`, which matches every event, where there is none.
 *
 * @throws {HttpError} 400 where it is too long.
 */
export function readFilter(text: string | undefined): string {
  if (text !== undefined && text.length > maxFilterLength) {
    throw invalidParameter('filter', `longer than ${maxFilterLength} characters`);
  }
  return text ?? '';
}
