/** What values of parsed JSON are. */

/** An object as JSON has it: what its fields are is not known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses an object; `undefined` where `text` is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Characters of a backend's texts that are kept. */
const MAX_TEXT_LENGTH = 300;

/** A text of the backend's for people, cut to what is shown; `''` where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT_LENGTH) : '';
}

/** A number of things: an integer from 0 that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
