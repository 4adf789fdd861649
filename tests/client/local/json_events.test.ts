import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonEvents } from '../../../wasm/ts/client/local/json_events.js';

function readAll(pieces: readonly string[]): unknown[] {
  const events = new JsonEvents();
  const values = pieces.flatMap((piece) => [...events.read(piece)]);
  return [...values, ...events.end()];
}

/** The text, cut at these places. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, i) => text.slice(ends[i - 1] ?? 0, end));
}

const event = fc.dictionary(
  fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', ']', '\n', 'é', '😀') }),
  fc.jsonValue({ maxDepth: 2 }),
);

it('reads arrays and lines, however they are written and wherever they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('array', 'pretty', 'lines', 'crlf', 'unended'),
      fc.array(fc.nat(2_000), { maxLength: 12 }),
      (events, form, places) => {
        const lines = events.map((each) => JSON.stringify(each));
        const text = {
          array: ` ${JSON.stringify(events)}\n`,
          pretty: JSON.stringify(events, undefined, 2),
          lines: `${lines.join('\n')}\n`,
          crlf: `\r\n${lines.join('\r\n\r\n')}\r\n`,
          unended: lines.join('\n'),
        }[form];
        expect(readAll(cut(text, places))).toEqual(JSON.parse(JSON.stringify(events)));
      },
    ),
    { numRuns: 500 },
  );
});

it('hands a line that is no JSON on as no event, and goes on after it', () => {
  expect(readAll(['{"a":1}\n{"a":\n{"a":3}\n'])).toEqual([{ a: 1 }, undefined, { a: 3 }]);
});

it.each([
  ['hello\nworld', 'neither a JSON array nor has an object a line'],
  ['[{"a":1},7]', 'at character 9 an element is no object'],
  ['[{"a":1},{"a":}]', 'at character 9 an element is no JSON'],
  ['[{"a":1}', 'at character 8 the array does not end'],
  ['[{"a":1}] x', 'at character 10 an element is no object'],
])('says where %j can’t be read', (text, reason) => {
  expect(() => readAll(cut(text, [3, 7]))).toThrow(reason);
});

it('takes nothing for no events', () => {
  expect(readAll([''])).toEqual([]);
  expect(readAll([' \n ', '\n'])).toEqual([]);
  expect(readAll(['[', ' ]'])).toEqual([]);
});

it('keeps no more than an event may have', () => {
  const events = new JsonEvents();
  expect(() => {
    for (let i = 0; i < 20; i++) events.read(i === 0 ? '[{"a":"' : 'x'.repeat(1 << 20));
  }).toThrow('too long');
});
