import { expect, it } from 'vitest';
import { inferSchema, readSample } from '../../wasm/ts/client/infer_schema.js';

const log = Array.from({ length: 40 }, (_, i) => ({
  Event_ID: `x${i}`,
  level: i % 3 === 0 ? 'error' : 'info',
  created_at: `2024-01-0${1 + (i % 9)}T00:00:00Z`,
  message: `request ${i} took long`,
  took: i / 2,
  ok: i % 2 === 0,
  tags: ['a'],
  user: i % 5 === 0 ? null : 'root',
}));

it('finds id and time by name and value, and of each other field what it holds', () => {
  expect(inferSchema(log)).toEqual([
    { name: 'Event_ID', type: 'id' },
    { name: 'created_at', type: 'timestamp' },
    { name: 'level', type: 'dictionary' },
    { name: 'message', type: 'text' },
    { name: 'took', type: 'number' },
    { name: 'ok', type: 'boolean' },
    { name: 'tags', type: 'text' },
    { name: 'user', type: 'dictionary' },
  ]);
});

it('takes no field for the id whose values are not unique, and numbers events then', () => {
  expect(
    inferSchema([
      { uuid: 1, ts: 1 },
      { uuid: 1, ts: 2 },
    ]),
  ).toEqual([
    { name: 'id', type: 'id' },
    { name: 'ts', type: 'timestamp' },
    { name: 'uuid', type: 'number' },
  ]);
});

it('takes a text that is a date where no name tells, and says so where nothing is', () => {
  expect(inferSchema([{ uuid: 'a', when: '2024-05-05' }])).toContainEqual({
    name: 'when',
    type: 'timestamp',
  });
  expect(() => inferSchema([{ id: 1, size: 5 }])).toThrow('no field is a time among id, size');
  expect(() => inferSchema([])).toThrow('among none');
});

it('reads a sample of a file of any size, an event a line or an array', async () => {
  const long = Array.from({ length: 5_000 }, (_, i) => ({
    id: i,
    time: 1e12 + i,
    text: 'x'.repeat(99),
  }));
  const ofLines = await readSample(new Blob([long.map((each) => JSON.stringify(each)).join('\n')]));
  const ofArray = await readSample(new Blob([JSON.stringify(long)]));
  expect(ofLines.slice(0, 3)).toEqual(long.slice(0, 3));
  expect(ofArray).toEqual(long.slice(0, ofArray.length));
  expect(ofArray.length).toBeGreaterThan(1_000);
  expect(await readSample(new Blob([JSON.stringify(log)]))).toEqual(log);
});
