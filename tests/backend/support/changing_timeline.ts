import fc from 'fast-check';

import type { Event } from '../../../backend/src/event_schema.js';
import {
  type MutationText,
  deleteOf,
  insertOf,
  moveOf,
  updateOf,
} from '../../../backend/src/store/mutation_text.js';
import { eventAt } from './test_backend.js';

const minuteMs = 60_000;

export const timelineBegin = Date.UTC(2025, 0, 15);
/** Minutes that the events of {@link variedEvents} are spread over. */
export const timelineMinutes = 12;

/** Ids whose order in UTF-8 differs from their order in UTF-16, or that need care in an address. */
export const awkwardIds = [
  'plain',
  'percent%41and%',
  'comma,inside',
  'space and +plus',
  'slash/question?hash#',
  'quote"back\\slash',
  'ümlaut',
  '\uFF5E fullwidth',
  '😀 beyond the basic plane',
  'nul\u0000inside',
  'x'.repeat(1_024),
] as const;

const sources = ['shop', 'auth', 'ads'];
const severities = ['info', 'error', 'warning', 'debug'];

/** An event at one of few times, whose fields follow from `n`. */
function variedEvent(n: number, id: string): Event {
  return eventAt(timelineBegin + (n % timelineMinutes) * minuteMs, id, {
    source: sources[n % sources.length] ?? '',
    type: `made.${n % 5}`,
    severity: severities[n % severities.length] ?? '',
    ...(n % 3 === 0 ? {} : { amount: (n % 7) - 2 }),
  });
}

/** Events of many kinds at few times, so that pages are cut inside runs of equal timestamps. */
export function variedEvents(): readonly Event[] {
  const runs = Array.from({ length: 120 }, (_, n) => variedEvent(n * 7, `run_${n.toString(36)}`));
  return [...runs, ...awkwardIds.map((id, n) => variedEvent(n, id))];
}

/** What makes a timeline of any events one of {@link variedEvents}, so that a property's runs begin alike. */
export function mutationsBackFrom(events: readonly Event[]): readonly MutationText[] {
  return [...events.map(({ id }) => deleteOf(id)), ...variedEvents().map(insertOf)];
}

/** One thing that happens: `at` chooses one of {@link variedEvents}, `to` what becomes of it. */
export interface Change {
  readonly kind: 'insert' | 'update' | 'move' | 'delete';
  readonly at: number;
  readonly to: number;
}

/** Changes of different events. */
export const anyChanges: fc.Arbitrary<readonly Change[]> = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom('insert', 'update', 'move', 'delete'),
    at: fc.nat(variedEvents().length - 1),
    to: fc.nat(1_000),
  }),
  { selector: ({ at }) => at, maxLength: 4 },
);

/** The mutation that brings `change` about in the timeline of {@link variedEvents}. */
export function mutationOf({ kind, at, to }: Change): MutationText {
  const event = variedEvents()[at];
  if (kind === 'insert' || event === undefined) return insertOf(variedEvent(to, `new_${at}`));
  if (kind === 'delete') return deleteOf(event.id);
  const { timestamp, severity } = variedEvent(to, event.id);
  // Only an event whose time changes is carried whole.
  return kind === 'update' || timestamp === event.timestamp
    ? updateOf(event.id, { severity })
    : moveOf({ ...event, timestamp });
}
