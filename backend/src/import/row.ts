import type { Place } from './faults.js';

/** A value of a field: nested ones, objects and arrays, as JSON text. A missing one is no value. */
export type Value = string | number | boolean | NestedValue;

/** An object or an array, as compact JSON. */
export class NestedValue {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** A row of a file: values by the names of their fields, each name once, in the order of the file. */
export interface Row extends Place {
  readonly names: readonly string[];
  readonly values: readonly Value[];
  /** A note on the row, which is right otherwise. */
  readonly note: string | undefined;
  /** Where a field stands, for messages; as long as the row's chunk is there. */
  readonly placeOf: (name: string) => Place;
}

/** JSON of a scalar, or of a nested value. */
export function jsonOf(value: Value): string {
  return value instanceof NestedValue ? value.json : JSON.stringify(value);
}
