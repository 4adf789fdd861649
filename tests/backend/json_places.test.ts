import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  findField,
  findSyntaxFault,
  findValue,
  placeInText,
} from '../../backend/src/json/json_places.js';

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
  ['{"a":"x}', 5],
  ['{"a":"\\x"}', 6],
  ['{"a":"\\u12g4"}', 6],
  ['{"a":"\t"}', 6],
  ['{"a\t":1}', 3],
  ['{}{}', 2],
  ['{"a":1}]', 7],
  ['{"a":[1}', 7],
])('%s is wrong at %i', (text, offset) => {
  expect(() => JSON.parse(text) as unknown).toThrow();
  expect(findSyntaxFault(text)?.offset).toBe(offset);
});

test('a text that JSON.parse takes has no fault; one that was cut has it where it ends', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, at) => {
      expect(findSyntaxFault(text)).toBeUndefined();
      const cut = text.slice(0, at % text.length);
      let isWhole = true;
      try {
        JSON.parse(cut);
      } catch {
        isWhole = false;
      }
      expect(findSyntaxFault(cut) === undefined).toBe(isWhole);
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

test.each([
  ['{"a":1,"b":2}', 'b', 11],
  ['{"b":{"a":0},"a":1}', 'a', 17],
  ['{"a":{"b":3}}', 'a.b', 10],
  ['{"a.b":3}', 'a.b', 7],
  ['{"x":[{"a":0}],"a":1}', 'a', 19],
  ['{"x":[{"a":0}]}', 'x.a', undefined],
  ['{"x":" \\"a\\":1"}', 'a', undefined],
])('in %s the field %s stands at %j', (text, name, offset) => {
  expect(findField(text, name)).toBe(offset);
});

test('what is wrong is said in words', () => {
  const reasonOf = (text: string) => findSyntaxFault(text)?.reason;
  expect(reasonOf('{"a":}')).toBe('"}" stands where a value is expected');
  expect(reasonOf('{"a":1')).toBe('it ends where a comma or } is expected');
  expect(reasonOf('{"a":"x')).toBe('a string begins that does not end');
  expect(reasonOf('{"a":"\\x"}')).toBe('an unknown escape in a string');
  expect(reasonOf('{"a\n":1}')).toBe('a control character in a string');
  expect(reasonOf('{} {}')).toBe('"{" stands where nothing more is expected');
});

test('a place counts lines and columns from 1', () => {
  expect(placeInText('', 0)).toEqual({ line: 1, column: 1 });
  expect(placeInText('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
});
