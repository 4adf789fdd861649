import { describe, expect, test } from 'vitest';
import { spanOf, viewportMark } from '../../app/src/lib/minimap/marks.js';
import { minimapCommand } from '../../app/src/lib/minimap/minimap_keys.js';
import { panShare, zoomFactor } from '../../app/src/lib/minimap/wheel.js';

/** A pixel is 10 ms. */
const range = { beginMs: 1_000, endMs: 2_000 };

describe('the mark of the viewport', () => {
  test.each([
    { name: 'as wide as its rows', times: [1_200, 1_500], mark: [20, 30], isInSight: true },
    { name: 'wide enough to see', times: [1_500, 1_501], mark: [48.55, 3], isInSight: true },
    { name: 'whole at the begin', times: [1_000, 1_000], mark: [0, 3], isInSight: true },
    { name: 'whole at the end', times: [1_999, 2_000], mark: [97, 3], isInSight: true },
    { name: 'cut at the begin', times: [500, 1_500], mark: [0, 50], isInSight: true },
    { name: 'cut at the end', times: [1_800, 9_000], mark: [80, 20], isInSight: true },
    { name: 'all there is', times: [0, 9_000], mark: [0, 100], isInSight: true },
    { name: 'at the begin, if it is before', times: [100, 200], mark: [0, 3], isInSight: false },
    { name: 'at the end, if it is after', times: [2_500, 9_000], mark: [97, 3], isInSight: false },
  ])('is $name', ({ times: [beginMs = 0, endMs = 0], mark: [leftPx = 0, widthPx], isInSight }) => {
    const mark = viewportMark({ beginMs, endMs }, range, 100);
    expect(mark).toEqual({ leftPx: expect.closeTo(leftPx, 6) as number, widthPx, isInSight });
  });
});

describe('the part in sight', () => {
  test.each([
    { times: [1_200, 1_500], span: { leftPx: 20, widthPx: 30 } },
    { times: [0, 1_500], span: { leftPx: 0, widthPx: 50 } },
    { times: [1_500, Infinity], span: { leftPx: 50, widthPx: 50 } },
    { times: [0, 1_000], span: undefined },
    { times: [2_000, 3_000], span: undefined },
    { times: [1_500, 1_500], span: undefined },
  ])('of $times is $span', ({ times: [beginMs = 0, endMs = 0], span }) => {
    expect(spanOf({ beginMs, endMs }, range, 100)).toEqual(span);
  });
});

describe('a key on the minimap', () => {
  const plain = { ctrlKey: false, altKey: false, metaKey: false };
  test.each([
    { key: 'ArrowLeft', command: { type: 'move', share: -0.01 } },
    { key: 'ArrowRight', command: { type: 'move', share: 0.01 } },
    { key: 'ArrowUp', command: { type: 'move', share: 0.01 } },
    { key: 'ArrowDown', command: { type: 'move', share: -0.01 } },
    { key: 'PageUp', command: { type: 'move', share: 0.1 } },
    { key: 'PageDown', command: { type: 'move', share: -0.1 } },
    { key: 'Home', command: { type: 'first' } },
    { key: 'End', command: { type: 'live' } },
    { key: '+', command: { type: 'zoom', factor: 1 / 1.5 } },
    { key: '-', command: { type: 'zoom', factor: 1.5 } },
    { key: 'Escape', command: { type: 'whole' } },
    { key: 'Tab', command: undefined },
    { key: ' ', command: undefined },
  ])('$key is $command', ({ key, command }) => {
    expect(minimapCommand({ ...plain, key })).toEqual(command);
  });

  test.each(['ctrlKey', 'altKey', 'metaKey'])('with %s is left to the browser', (modifier) => {
    expect(minimapCommand({ ...plain, key: 'Home', [modifier]: true })).toBeUndefined();
  });
});

describe('a turn of the wheel', () => {
  const turn = { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false };
  test('up shows less time, down as much more', () => {
    const closer = zoomFactor({ ...turn, deltaY: -100 });
    expect(closer).toBeCloseTo(0.74, 2);
    expect(closer * zoomFactor({ ...turn, deltaY: 100 })).toBeCloseTo(1, 9);
  });

  test('by lines or pages is one by pixels', () => {
    expect(zoomFactor({ ...turn, deltaY: 3, deltaMode: 1 })).toBe(
      zoomFactor({ ...turn, deltaY: 48 }),
    );
    expect(zoomFactor({ ...turn, deltaY: 1, deltaMode: 2 })).toBe(
      zoomFactor({ ...turn, deltaY: 400 }),
    );
  });

  test('has a bound', () => {
    expect(zoomFactor({ ...turn, deltaY: 1e9 })).toBe(zoomFactor({ ...turn, deltaY: 400 }));
  });

  test.each([
    { name: 'sideways', part: { deltaX: 100, deltaY: 20 }, share: 0.1 },
    { name: 'with Shift', part: { deltaY: -100, shiftKey: true }, share: -0.1 },
    {
      name: 'with Shift, turned by the browser',
      part: { deltaX: 100, shiftKey: true },
      share: 0.1,
    },
    { name: 'up or down', part: { deltaX: 20, deltaY: 100 }, share: 0 },
  ])('$name moves the range by $share', ({ part, share }) => {
    expect(panShare({ ...turn, ...part })).toBeCloseTo(share, 9);
  });
});
