import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SseMessages } from '../../../wasm/ts/client/local/sse_messages.js';

// The examples of the HTML Standard, section 9.2.6, and its corners.
it.each([
  ['data: a\ndata: b\n\n', [['message', 'a\nb']]],
  [
    ': comment\n\ndata:a\n\ndata:  b\n\n',
    [
      ['message', 'a'],
      ['message', ' b'],
    ],
  ],
  [
    'data\n\ndata\ndata\n\ndata:',
    [
      ['message', ''],
      ['message', '\n'],
    ],
  ],
  [
    'event: delete\nid: 1\ndata: x\n\nevent: gone\n\ndata: y\n\n',
    [
      ['delete', 'x'],
      ['message', 'y'],
    ],
  ],
  [
    'data: a\r\rdata: b\r\n\r\ndata: c\n\r\n',
    [
      ['message', 'a'],
      ['message', 'b'],
      ['message', 'c'],
    ],
  ],
] as const)('reads %j, wherever it is cut', (stream, expected) => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (places) => {
      const ends = [...new Set([...places, stream.length])].sort((a, b) => a - b);
      const messages = new SseMessages();
      const read = ends.flatMap((end, i) => [
        ...(messages.read(stream.slice(ends[i - 1] ?? 0, end)) ?? []),
      ]);
      expect(read.map(({ type, data }) => [type, data])).toEqual(expected);
    }),
  );
});

it('knows the id of the last whole message, and the wait that was asked for', () => {
  const messages = new SseMessages();
  messages.read('id: 7\nretry: 250\ndata: a\n\nid: 8\ndata: b\n');
  expect(messages).toMatchObject({ lastEventId: '7', retryMs: 250 });
  messages.restart();
  messages.read('data: c\n\n');
  expect(messages.lastEventId).toBe('7');
  messages.read('id\ndata: d\n\n');
  expect(messages.lastEventId).toBe('');
});

it('gives up a message without an end', () => {
  const messages = new SseMessages();
  let last: unknown = [];
  for (let i = 0; i < 20 && last !== undefined; i++)
    last = messages.read(`data: ${'x'.repeat(1 << 20)}`);
  expect(last).toBeUndefined();
});
