/** Where the text of a JSON value is wrong, or where in it something stands. Only looked at for what is rejected. */

/** A fault in the syntax: at which UTF-16 unit, and what is wrong. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
}

interface Container {
  readonly isObject: boolean;
  /** Of the value that is being read. */
  key: string | undefined;
}

const space = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- control characters are what strings must not hold
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
    let isDone = false;
    while (!isDone) {
      this.#skip(space);
      this.#onValue(this.#containers, this.#at);
      const opening = this.#text[this.#at];
      if (opening === '{' || opening === '[') {
        this.#at++;
        this.#containers.push({ isObject: opening === '{', key: undefined });
        this.#skip(space);
        if (this.#text[this.#at] !== (opening === '{' ? '}' : ']')) {
          if (opening === '{' && !this.#readKey()) return this.#fault('expected a name in quotes');
          continue;
        }
      } else if (opening === '"') {
        if (!this.#skip(string)) return this.#stringFault();
      } else if (!this.#skip(scalar)) {
        return this.#fault('expected a value');
      }
      const fault = this.#afterValue();
      if (fault !== undefined) return fault;
      isDone = this.#containers.length === 0;
    }
    this.#skip(space);
    return this.#at === this.#text.length ? undefined : this.#fault('expected the end of the line');
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
        if (!container.isObject || this.#readKey()) return undefined;
        return this.#fault('expected a name in quotes');
      }
      if (next !== end) return this.#fault(`expected , or ${end}`);
      this.#at++;
      this.#containers.pop();
    }
  }

  /** Reads `"name":`; stays where the fault is. */
  #readKey(): boolean {
    const begin = this.#at;
    if (!this.#skip(string)) return false;
    const key = JSON.parse(this.#text.slice(begin, this.#at)) as string;
    this.#skip(space);
    if (this.#text[this.#at] !== ':') return false;
    this.#at++;
    const container = this.#containers.at(-1);
    if (container !== undefined) container.key = key;
    return true;
  }

  #stringFault(): SyntaxFault {
    const begin = this.#at;
    for (let at = begin + 1; at < this.#text.length; at++) {
      const character = this.#text[at] ?? '';
      if (character === '\\') {
        if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(this.#text.slice(at, at + 6))) {
          return { offset: at, message: 'no such escape' };
        }
        at++;
      } else if (character < ' ') {
        return { offset: at, message: 'a control character must be escaped' };
      }
    }
    return { offset: this.#text.length, message: 'a string is not closed' };
  }

  #fault(message: string): SyntaxFault {
    const isAtEnd = this.#at >= this.#text.length;
    return { offset: this.#at, message: isAtEnd ? `the line ends; ${message}` : message };
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}

/** The fault of a text that is no JSON value. */
export function findSyntaxFault(text: string): SyntaxFault {
  return new Scan(text).run() ?? { offset: 0, message: 'no JSON' };
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
