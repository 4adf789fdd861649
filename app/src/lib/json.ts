/** Values of parsed JSON, and how they are named. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of an object or an array, with its name. */
export type Member = readonly [name: string, value: unknown];

/** How much is in an object or an array; `undefined` for any other value. */
export function memberCount(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

/** What is in an object or an array, the first `limit` of it; nothing in any other value. */
export function membersOf(value: unknown, limit = Infinity): readonly Member[] {
  if (Array.isArray(value)) {
    return value.slice(0, limit).map((item: unknown, i) => [String(i), item]);
  }
  if (!isObject(value)) return [];
  const names = Object.keys(value).slice(0, limit);
  return names.map((name) => [name, value[name]]);
}

/** The JSON Pointer (RFC 6901) of `name` in what `parent` points to. */
export function pointerTo(parent: string, name: string): string {
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The names that a JSON Pointer is made of. */
export function pointerNames(pointer: string): readonly string[] {
  const names = pointer.split('/').slice(1);
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The first `length` UTF-16 units of `text`, or one less where that would cut a character in two. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}
