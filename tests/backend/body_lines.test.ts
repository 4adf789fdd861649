import fc from 'fast-check';
import { expect, test } from 'vitest';

import { BodyLines, LineTooLongError } from '../../backend/src/ingest/body_lines.js';

function linesOf(chunks: readonly Buffer[], maxLineBytes = 1_000): readonly [number, string][] {
  const lines = new BodyLines(maxLineBytes);
  const read = chunks.flatMap((chunk) => [...lines.add(chunk)]);
  return [...read, ...lines.end()].map(({ number, bytes }) => [number, bytes.toString()]);
}

test('lines are the same however their bytes are cut', () => {
  const piece = fc.constantFrom('\n', '\r', '\r\n', '\ufeff', 'é', '😀', 'a', ' ');
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat()), (pieces, cuts) => {
      const body = Buffer.from(pieces.join(''));
      const at = cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b);
      const chunks = [0, ...at].map((begin, i) => body.subarray(begin, at[i] ?? body.length));
      const text = body.toString().replace(/^\ufeff/, '');
      const expected = text
        .split('\n')
        .map((line, i) => [i + 1, line.replace(/\r$/, '')] as const)
        .filter(([, line]) => /[^ \r]/.test(line));
      expect(linesOf(chunks)).toEqual(expected);
    }),
  );
});

test('a line may have as many bytes as it may have, without its end and the mark before it', () => {
  const full = Buffer.from(`\ufeff${'x'.repeat(8)}\r\n${'y'.repeat(8)}`);
  expect(linesOf([full], 8)).toEqual([
    [1, 'xxxxxxxx'],
    [2, 'yyyyyyyy'],
  ]);
  for (const long of ['x'.repeat(9), `${'x'.repeat(9)}\n`, `a\n${'x'.repeat(9)}`]) {
    const chunks = Array.from(Buffer.from(long), (byte) => Buffer.of(byte));
    expect(() => linesOf(chunks, 8)).toThrow(LineTooLongError);
  }
});

test('a line without end is given up before it is kept', () => {
  const lines = new BodyLines(100);
  const read = () => [...lines.add(Buffer.alloc(50, 'x'))];
  expect(read()).toEqual([]);
  expect(read()).toEqual([]);
  expect(read).toThrow('line 1 is too long');
});
