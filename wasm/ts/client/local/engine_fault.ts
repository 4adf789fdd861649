import type { FilterError } from '../../filter_error.js';
import type { FilterFault } from '../client_error.js';

/** Why an engine has opened no view: the filter can't be read, and the error says where, or there is no memory for it. */
export function faultOfView(error: unknown): FilterFault {
  const { message = '', offset = 0, end = 0, expected = '' } = error as Partial<FilterError>;
  return { message, begin: offset, end, expected };
}
