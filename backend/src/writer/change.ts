import type { CellValue } from 'eventglass';

import type { MutationText } from '../store/mutation_text.js';
import type { EventFormat, EventRecord } from './event_format.js';

/** What somebody wants to become of an event, whatever there is now. Values are good by the schema. */
export type Change =
  /** There is this event, in place of any with its id. */
  | { readonly op: 'insert'; readonly event: EventRecord }
  /** New values by column; `undefined` removes one. Neither id nor, where removed, timestamp. */
  | { readonly op: 'update'; readonly id: string; readonly set: ReadonlyMap<number, CellValue> }
  | { readonly op: 'delete'; readonly id: string };

/** Why a change can't be made. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Members that lead to the value at fault. */
  readonly path: readonly string[];
}

/** What became of a change. */
export type Outcome = 'accepted' | 'unchanged' | Refusal;

/** What a mutation asks for that the backend has made itself. */
export function changeOf({ op, id, members }: MutationText, format: EventFormat): Change {
  const mutation = JSON.parse(`{${members}}`) as { readonly event?: object; readonly set?: object };
  if (mutation.event !== undefined) return { op: 'insert', event: format.recordOf(mutation.event) };
  return op === 'delete'
    ? { op, id }
    : { op: 'update', id, set: format.changesOf(mutation.set ?? {}) };
}
