import { cutText, memberCount, membersOf, pointerTo } from '../json.js';

/** A value that is another than it was. */
export interface JsonChange {
  /** JSON Pointer of the value. */
  readonly path: string;
  /** The values as text; `undefined` where there was none, or is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** As many as the list of changes shows at all. */
export const maxChanges = 50;

/** Values nested deeper are taken for unchanged. */
const maxDepth = 64;

/** Fits three lines of the panel. */
const maxTextLength = 160;

/** A value on one line. */
function valueText(value: unknown): string {
  const count = memberCount(value);
  if (count !== undefined) {
    return Array.isArray(value) ? `[ ${String(count)} ]` : `{ ${String(count)} }`;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxTextLength ? `${cutText(text, maxTextLength)}…` : text;
}

/** Whether both are objects, or both arrays. */
function areContainers(a: unknown, b: unknown): boolean {
  const haveMembers = memberCount(a) !== undefined && memberCount(b) !== undefined;
  return haveMembers && Array.isArray(a) === Array.isArray(b);
}

/** What differs between two states of an event, at most `maxChanges` values, innermost first named. */
export function changesBetween(older: unknown, newer: unknown): readonly JsonChange[] {
  const changes: JsonChange[] = [];
  const compare = (before: unknown, after: unknown, path: string, depth: number): void => {
    if (before === after || changes.length >= maxChanges) return;
    if (!areContainers(before, after)) {
      changes.push({
        path,
        before: before === undefined ? undefined : valueText(before),
        after: after === undefined ? undefined : valueText(after),
      });
      return;
    }
    if (depth >= maxDepth) return;
    const olderByName = new Map(membersOf(before));
    const newerByName = new Map(membersOf(after));
    for (const name of new Set([...olderByName.keys(), ...newerByName.keys()])) {
      compare(olderByName.get(name), newerByName.get(name), pointerTo(path, name), depth + 1);
    }
  };
  compare(older, newer, '', 0);
  return changes;
}
