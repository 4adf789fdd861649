import fc from 'fast-check';
import { expect, test } from 'vitest';

import { findSyntaxFault, findValue } from '../../backend/src/ingest/json_places.js';

test.each([
  ['', 0],
  ['{', 1],
  ['{"a"', 4],
  ['{"a":', 5],
  ['{"a":1', 6],
  ['{"a":1,', 7],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ["{'a':1}", 1],
  ['{"a":1 "b":2}', 7],
  ['{"a" 1}', 5],
  ['[1,2', 4],
  ['[1 2]', 3],
  ['[1,]', 3],
  ['{"a":01}', 6],
  ['{"a":1.}', 6],
  ['{"a":+1}', 5],
  ['{"a":.5}', 5],
  ['{"a":nul}', 5],
  ['{"a":NaN}', 5],
  ['{"a":"x}', 8],
  ['{"a":"\\x"}', 6],
  ['{"a":"\\u12g4"}', 6],
  ['{"a":"\t"}', 6],
  ['{"a\t":1}', 1],
  ['{}{}', 2],
  ['{"a":1}]', 7],
  ['{"a":[1}', 7],
])('%s is wrong at %i', (text, offset) => {
  expect(() => JSON.parse(text) as unknown).toThrow();
  expect(findSyntaxFault(text).offset).toBe(offset);
});

test('a text that JSON.parse takes has no fault; one that was cut has it where it ends', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, at) => {
      expect(findSyntaxFault(text).message).toBe('no JSON');
      const cut = text.slice(0, at % text.length);
      let isWhole = true;
      try {
        JSON.parse(cut);
      } catch {
        isWhole = false;
      }
      expect(findSyntaxFault(cut).message === 'no JSON').toBe(isWhole);
    }),
  );
});

test.each([
  ['{"a":1,"b":2}', ['b'], 11],
  ['{"a":1,"b":2}', ['c'], 0],
  ['{"a":1}', [], 0],
  [' {"a":{"b":3}}', ['a', 'b'], 11],
  [' {"a":{"b":3}}', ['a', 'c'], 6],
  ['{"x":{"b":0},"a":{"b":1}}', ['a', 'b'], 22],
  ['{"a":1,"a":2}', ['a'], 11],
  ['{"\\u0061":1}', ['a'], 10],
  ['{"x":[{"a":0}],"a":1}', ['a'], 19],
])('in %s %j stands at %i', (text, path, offset) => {
  expect(findValue(text, path)).toBe(offset);
});
