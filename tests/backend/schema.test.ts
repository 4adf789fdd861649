import { expect, test } from 'vitest';

import { demoSchema, eventSchema } from '../../backend/src/event_schema.js';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { dictionaryColumns } from '../../backend/src/timeline_schema.js';
import { eventAt, startBackend } from './support/test_backend.js';

test('GET /data/schema names the columns in display order, and those that events may lack', async () => {
  const { url } = await startBackend();
  const response = await fetch(`${url}/data/schema`);
  expect(response.status).toBe(200);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const schema = (await response.json()) as typeof demoSchema;
  expect(schema.name).toBe('Demo');
  expect(schema.columns.map(({ name, type }) => ({ name, type }))).toEqual(eventSchema);
  expect(schema.columns.filter(({ optional }) => optional).map(({ name }) => name)).toEqual([
    'amount',
  ]);
});

test('GET /data/schema takes no parameters', async () => {
  const { url } = await startBackend();
  const response = await fetch(`${url}/data/schema?columns=id`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { parameter: 'columns' } });
});

test('an event whose id is schema is within reach', async () => {
  const { backend, url } = await startBackend();
  backend.publish([insertOf(eventAt(5, 'schema', { message: 'here' }))]);
  const response = await fetch(`${url}/data/%73chema`);
  expect(await response.json()).toMatchObject({ id: 'schema', message: 'here' });
});

test('the values of dictionary columns can be counted', () => {
  expect(dictionaryColumns(demoSchema)).toEqual(['source', 'type', 'severity', 'actor']);
});
