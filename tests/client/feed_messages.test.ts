import { describe, expect, it } from 'vitest';
import { readCounts, readDensity, readError } from '../../wasm/ts/client/feed_messages.js';
import {
  ranksByKey,
  subscribeMessage,
  type Subscription,
} from '../../wasm/ts/client/subscription.js';

describe('counts', () => {
  const counts = { totalCount: 9, matchCount: 5, ranks: [1, 2] };

  it('are read', () => {
    expect(readCounts(JSON.stringify({ type: 'counts', generation: 1, ...counts }))).toEqual(
      counts,
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    ...['totalCount', 'matchCount', 'ranks'].flatMap((field) =>
      [-1, 0.5, '1', null, [-1]].map((value) => JSON.stringify({ ...counts, [field]: value })),
    ),
  ])('are not %s', (text) => {
    expect(readCounts(text)).toBeUndefined();
  });
});

describe('counts over time', () => {
  const whole = { start: 1, stop: 5, before: 2, counts: [3, 4] };

  it('are read whole, or as what has changed', () => {
    expect(readDensity(JSON.stringify(whole))).toEqual({
      type: 'whole',
      density: { ...whole, counts: Uint32Array.of(3, 4) },
    });
    expect(readDensity(JSON.stringify({ before: 1, changes: [[0, 7]] }))).toEqual({
      type: 'changes',
      before: 1,
      changes: [[0, 7]],
    });
  });

  it.each([
    { start: 5 },
    { start: null },
    { stop: '5' },
    { before: -1 },
    { counts: [] },
    { counts: [0.5] },
    { counts: Array.from({ length: 2_001 }, () => 0) },
    { changes: [[1]], counts: undefined },
    { changes: [[1, -1]], counts: undefined },
  ])('are not %j', (change) => {
    expect(readDensity(JSON.stringify({ ...whole, ...change }))).toBeUndefined();
  });
});

describe('an error', () => {
  it('tells which subscription it is about, and what is wrong with the filter', () => {
    const fault = { message: 'm', begin: 2, end: 3, expected: 'x' };
    const text = JSON.stringify({ type: 'error', generation: 4, code: 'invalid_filter', ...fault });
    expect(readError(text)).toEqual({
      generation: 4,
      code: 'invalid_filter',
      message: 'm',
      filterFault: fault,
    });
  });

  it('may tell nothing', () => {
    const nothing = { generation: undefined, code: '', message: '', filterFault: undefined };
    for (const text of ['', '{}', '{"generation":"1","code":2,"message":[]}']) {
      expect(readError(text)).toEqual(nothing);
    }
    expect(readError('{"code":"invalid_filter"}').filterFault).toEqual({
      message: '',
      begin: 0,
      end: 0,
      expected: '',
    });
  });
});

describe('a subscription', () => {
  const key = { timestamp: 5, id: 'a,b' };
  const all: Subscription = {
    range: { begin: key, end: undefined },
    filter: 'kind:a',
    rankKeys: { inWindow: key, afterTail: { timestamp: 7, id: '' } },
    density: { start: 1, stop: 9, buckets: 3 },
  };
  const cursor = { epoch: 'e', seq: 3 };

  it('is written as the protocol has it', () => {
    expect(JSON.parse(subscribeMessage(2, cursor, all))).toEqual({
      type: 'subscribe',
      generation: 2,
      epoch: 'e',
      afterSeq: 3,
      ranges: [{ begin: '5,a%2Cb', end: 'open' }],
      filter: 'kind:a',
      rankKeys: ['5,a%2Cb', '7', '9'],
      density: { start: 1, stop: 9, buckets: 3 },
    });
    const none = { inWindow: undefined, afterTail: undefined };
    const least = { ...all, filter: '', rankKeys: none, density: undefined };
    expect(JSON.parse(subscribeMessage(1, cursor, least))).toEqual({
      type: 'subscribe',
      generation: 1,
      epoch: 'e',
      afterSeq: 3,
      ranges: [{ begin: '5,a%2Cb', end: 'open' }],
      rankKeys: [],
    });
  });

  it('knows which rank is of which key', () => {
    expect(ranksByKey(all, [10, 20, 30])).toEqual({ inWindow: 10, afterTail: 20, densityStop: 30 });
    const { rankKeys, density } = all;
    const noWindow = { ...all, rankKeys: { ...rankKeys, inWindow: undefined } };
    expect(ranksByKey(noWindow, [20, 30])).toEqual({
      inWindow: undefined,
      afterTail: 20,
      densityStop: 30,
    });
    const noTail = { ...all, density, rankKeys: { ...rankKeys, afterTail: undefined } };
    expect(ranksByKey(noTail, [10, 30])).toMatchObject({ inWindow: 10, densityStop: 30 });
    expect(ranksByKey({ ...all, density: undefined }, [10, 20])).toMatchObject({
      densityStop: undefined,
    });
  });
});
