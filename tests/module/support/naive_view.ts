/** Filtered and sorted arrays, which views are compared with. */
import type { Facet, RowOrder } from 'eventglass';
import type { TestEvent } from './test_schema.js';

const encoder = new TextEncoder();

function compareText(a: string, b: string): number {
  return Buffer.compare(encoder.encode(a), encoder.encode(b));
}

type Value = string | number | boolean | undefined;

function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return Number(a) - Number(b);
}

function valueOf(event: TestEvent, column: string): Value {
  return event[column as keyof TestEvent];
}

/** By a column, and by time where that is equal. Both have a value there. */
function compareRows(a: TestEvent, b: TestEvent, column: string): number {
  return (
    compareValues(valueOf(a, column), valueOf(b, column)) ||
    a.timestamp - b.timestamp ||
    compareText(a.id, b.id)
  );
}

/** The events in an order: those without a value last, by time, whatever the direction. */
export function inOrderOf(
  events: readonly TestEvent[],
  { column, direction }: RowOrder,
): TestEvent[] {
  const present = events.filter((event) => valueOf(event, column) !== undefined);
  const absent = events.filter((event) => valueOf(event, column) === undefined);
  present.sort((a, b) => compareRows(a, b, column));
  if (direction === 'descending') present.reverse();
  return [...present, ...absent.sort((a, b) => compareRows(a, b, 'timestamp'))];
}

/** Values of `source` by frequency, ties by value, at most `limit`. */
export function facetOf(events: readonly TestEvent[], limit = Infinity): Facet {
  const counts = new Map<string, number>();
  for (const { source } of events) {
    if (source !== undefined) counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  const values = [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || compareText(a.value, b.value));
  return {
    values: values.slice(0, limit),
    distinctCount: counts.size,
    missingCount: events.filter(({ source }) => source === undefined).length,
  };
}
