import { createEngine, type Engine } from 'eventglass';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventSchema } from '../../backend/src/event_schema.js';
import { actorFilter } from '../../app/src/lib/detail/actor_filter.js';

const actors = [
  'Ada Lovelace',
  'ada lovelace',
  'O"Brien',
  'back\\slash',
  'ends with \\',
  '\\"',
  '"',
  'charge.*',
  '*',
  'a,b',
  '(a OR b)',
  '-a',
  ' ',
  'tab\tline\n\u0000',
  '\u202Eesrever\u202C',
  '<b>שלום</b> 😀',
  'OR',
] as const;

describe('the filter of an actor', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await createEngine({ schema: eventSchema, sourceCursor: { epoch: 'e', seq: 0 } });
    const mutations = actors.map((actor, i) => ({
      op: 'insert',
      seq: i + 1,
      event: { id: `e${String(i)}`, timestamp: i, actor },
    }));
    const message = { type: 'batch', epoch: 'e', prevSeq: 0, seq: actors.length, mutations };
    engine.applyFeed(new TextEncoder().encode(JSON.stringify(message)));
  });

  afterAll(() => {
    engine.delete();
  });

  test.each(actors)('%j shows that actor and no other', (actor) => {
    const view = engine.openView({ filter: actorFilter(actor) ?? '-id:*' });
    const { begin, end } = { begin: 0, end: view.rowCount };
    expect(view.readRows({ begin, end }).events()).toMatchObject([{ actor }]);
    view.delete();
  });

  test.each([
    ['Ada', 'actor:"Ada"'],
    ['O"Brien', 'actor:"O\\"Brien"'],
    ['C:\\temp', 'actor:"C:\\\\temp"'],
  ])('%j is %s', (actor, filter) => {
    expect(actorFilter(actor)).toBe(filter);
  });

  test('is there up to the length that a filter may have', () => {
    const longest = 4_096 - 'actor:""'.length;
    expect(actorFilter('x'.repeat(longest))).toHaveLength(4_096);
    expect(actorFilter('x'.repeat(longest + 1))).toBeUndefined();
    expect(actorFilter('é'.repeat(longest / 2 + 1))).toBeUndefined();
    expect(actorFilter('"'.repeat(longest / 2 + 1))).toBeUndefined();
  });

  test('is not there for half a character', () => {
    expect(actorFilter('a\ud83d')).toBeUndefined();
  });
});
