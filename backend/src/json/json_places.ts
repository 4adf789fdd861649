/**
 * Where a text stops being JSON, or where in it something stands. `JSON.parse` names no place in short texts; it is only
 * looked for in what is rejected.
 *
 *     value := object | array | string | number | "true" | "false" | "null"      RFC 8259
 */

/** Why a text is no JSON, and the UTF-16 unit from where on. */
export interface SyntaxFault {
  readonly offset: number;
  readonly reason: string;
}

/** A place in a text: both count from 1, columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

interface Container {
  readonly isObject: boolean;
  /** Of the value that is being read. */
  key: string | undefined;
}

const space = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/* eslint-disable no-control-regex -- control characters are what strings must not hold */
/** A string up to where it ends or is wrong. */
const stringBegin = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Reads one value, without recursion however deep it is. `onValue` is told of each value by the containers that it is
 * in, the outermost first.
 */
class Scan {
  readonly #text: string;
  readonly #onValue: (containers: readonly Container[], offset: number) => void;
  readonly #containers: Container[] = [];
  #at = 0;

  constructor(
    text: string,
    onValue: (containers: readonly Container[], offset: number) => void = () => undefined,
  ) {
    this.#text = text;
    this.#onValue = onValue;
  }

  run(): SyntaxFault | undefined {
    do {
      this.#skip(space);
      this.#onValue(this.#containers, this.#at);
      const opening = this.#text[this.#at];
      if (opening === '{' || opening === '[') {
        const isObject = opening === '{';
        this.#at++;
        this.#containers.push({ isObject, key: undefined });
        this.#skip(space);
        if (this.#text[this.#at] !== (isObject ? '}' : ']')) {
          const fault = isObject ? this.#readKey() : undefined;
          if (fault !== undefined) return fault;
          continue;
        }
      } else if (opening === '"' ? !this.#skip(string) : !this.#skip(scalar)) {
        return this.#stringFault() ?? this.#fault('a value');
      }
      const fault = this.#afterValue();
      if (fault !== undefined) return fault;
    } while (this.#containers.length > 0);
    this.#skip(space);
    return this.#at === this.#text.length ? undefined : this.#fault('nothing more');
  }

  /** Closes what ends here, and goes to the next value of what goes on. */
  #afterValue(): SyntaxFault | undefined {
    for (;;) {
      const container = this.#containers.at(-1);
      if (container === undefined) return undefined;
      this.#skip(space);
      const [next, end] = [this.#text[this.#at], container.isObject ? '}' : ']'];
      if (next === ',') {
        this.#at++;
        this.#skip(space);
        return container.isObject ? this.#readKey() : undefined;
      }
      if (next !== end) return this.#fault(`a comma or ${end}`);
      this.#at++;
      this.#containers.pop();
    }
  }

  /** Reads `"name":`. */
  #readKey(): SyntaxFault | undefined {
    const begin = this.#at;
    if (!this.#skip(string)) return this.#stringFault() ?? this.#fault('a name in quotes');
    const key = JSON.parse(this.#text.slice(begin, this.#at)) as string;
    this.#skip(space);
    if (this.#text[this.#at] !== ':') return this.#fault('a colon');
    this.#at++;
    const container = this.#containers.at(-1);
    if (container !== undefined) container.key = key;
    return undefined;
  }

  /** What is wrong with the string that begins here; `undefined` where none does. */
  #stringFault(): SyntaxFault | undefined {
    const begin = this.#at;
    if (!this.#skip(stringBegin)) return undefined;
    const [offset, next] = [this.#at, this.#text[this.#at]];
    if (next === undefined) return { offset: begin, reason: 'a string begins that does not end' };
    const what = next === '\\' ? 'an unknown escape' : 'a control character';
    return { offset, reason: `${what} in a string` };
  }

  #fault(expected: string): SyntaxFault {
    const found = this.#text.slice(this.#at, this.#at + 1);
    const what = found === '' ? 'it ends' : `${JSON.stringify(found)} stands`;
    return { offset: this.#at, reason: `${what} where ${expected} is expected` };
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}

/** The fault of a text that is no JSON value; `undefined` where it is one. */
export function findSyntaxFault(text: string): SyntaxFault | undefined {
  return new Scan(text).run();
}

/** The place of the UTF-16 unit at `offset`. */
export function placeInText(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/**
 * Where the value stands that the members of `path` lead to, as UTF-16 units; where one is missing, that which it is missing
 * in. REQUIRES: `text` is JSON.
 */
export function findValue(text: string, path: readonly string[]): number {
  let found = 0;
  let foundDepth = -1;
  new Scan(text, (containers, offset) => {
    const depth = containers.length;
    const isOnPath = depth <= path.length && containers.every(({ key }, i) => key === path[i]);
    // The last one of a name is the one that counts.
    if (!isOnPath || depth < foundDepth) return;
    found = offset;
    foundDepth = depth;
  }).run();
  return found;
}

/**
 * Where the value stands that the field `name` is read from, its members' names joined by dots; `undefined` where there is
 * none. REQUIRES: `text` is JSON.
 */
export function findField(text: string, name: string): number | undefined {
  let found: number | undefined;
  new Scan(text, (containers, offset) => {
    // Names may have dots of their own, so that only all of them together tell.
    const isField = containers.length > 0 && containers.every(({ isObject }) => isObject);
    if (isField && containers.map(({ key }) => key).join('.') === name) found = offset;
  }).run();
  return found;
}
