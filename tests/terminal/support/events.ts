import { insertOf, type MutationText } from '../../../backend/src/store/mutation_text.js';
import type { Event } from '../../../backend/src/event_schema.js';
import { eventAt } from '../../backend/support/test_backend.js';

/** After everything that a backend has made for its history. */
export const laterMs = Date.UTC(2100, 0, 1);

/** An event that comes after all others. */
export function laterEvent(id: string, fields: Partial<Event> = {}): Event {
  return eventAt(laterMs, id, { message: `message of ${id}`, ...fields });
}

/** It comes. */
export function comes(id: string, fields: Partial<Event> = {}): MutationText {
  return insertOf(laterEvent(id, fields));
}
