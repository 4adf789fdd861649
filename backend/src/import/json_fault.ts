/** Why a text is no JSON, and the offset in UTF-16 units from where on. */
export interface JsonFault {
  readonly offset: number;
  readonly reason: string;
}

/* eslint-disable no-control-regex -- JSON forbids them in strings */
// JSON, RFC 8259: value = object / array / string / number / "true" / "false" / "null"
const space = /[ \t\r\n]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/**
 * Where `text`, which `JSON.parse` refused, stops being JSON: its own messages name no place in short texts. It is read
 * without recursion, since whoever wrote it may have nested it without end.
 */
export function jsonFault(text: string): JsonFault {
  const open: ('{' | '[')[] = [];
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const fault = (expected: string): JsonFault => {
    const found = text.slice(at, at + 1);
    const reason = found === '' ? 'it ends' : `${JSON.stringify(found)} stands`;
    return { offset: at, reason: `${reason} where ${expected} is expected` };
  };
  const takeKey = (): JsonFault | undefined => {
    take(space);
    if (!take(string)) return stringFault(text, at) ?? fault('a name in quotes');
    take(space);
    if (text[at] !== ':') return fault('a colon');
    at++;
    return undefined;
  };

  for (;;) {
    take(space);
    const begin = text[at];
    if (begin === '{' || begin === '[') {
      at++;
      take(space);
      const isEmpty = text[at] === (begin === '{' ? '}' : ']');
      if (!isEmpty) {
        open.push(begin);
        const wrong = begin === '{' ? takeKey() : undefined;
        if (wrong !== undefined) return wrong;
        continue;
      }
      at++;
    } else if (begin === '"' ? !take(string) : !take(scalar)) {
      return stringFault(text, at) ?? fault('a value');
    }
    // A value has ended, and with it whatever ends here as well.
    for (;;) {
      take(space);
      const around = open.at(-1);
      if (around === undefined) return fault('nothing more');
      if (text[at] === ',') {
        at++;
        const wrong = around === '{' ? takeKey() : undefined;
        if (wrong !== undefined) return wrong;
        break;
      }
      const end = around === '{' ? '}' : ']';
      if (text[at] !== end) return fault(`a comma or ${end}`);
      at++;
      open.pop();
    }
  }
}

/** What is wrong with the string that begins at `at`; `undefined` where none begins there. */
function stringFault(text: string, at: number): JsonFault | undefined {
  if (text[at] !== '"') return undefined;
  const part = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
  part.lastIndex = at;
  part.test(text);
  const offset = part.lastIndex;
  if (offset >= text.length) return { offset: at, reason: 'a string begins that does not end' };
  const reason =
    text[offset] === '\\' ? 'an unknown escape in a string' : 'a control character in a string';
  return { offset, reason };
}
