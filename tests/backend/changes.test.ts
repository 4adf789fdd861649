import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import { maxCountedMutations } from '../../backend/src/source/changes.js';
import { deleteOf, insertOf, moveOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { anyChanges, mutationOf, mutationsBackFrom } from './support/changing_timeline.js';
import { naiveFilters } from './support/naive_pages.js';
import { eventAt, fetchPage, startBackend } from './support/test_backend.js';

async function fetchChanges(url: string, parameters: Readonly<Record<string, string>>) {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`${url}/data/changes?${query}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  return (await response.json()) as unknown;
}

/** A state of the timeline. */
interface State {
  readonly seq: number;
  readonly events: readonly Event[];
}

describe('GET /data/changes', () => {
  test('tells what became of each event since any state, as comparing the states does', async () => {
    const ofAny = { burstMs: 1e6, share: 1 };
    const scanLimits = { ofClient: ofAny, ofAll: ofAny };
    const { backend, url } = await startBackend({ initialCount: 0 }, { scanLimits });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyChanges, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.option(fc.constantFrom(...naiveFilters), { nil: undefined }),
        async (batches, pick, filter) => {
          backend.publish(mutationsBackFrom((await fetchPage(url)).events));
          const states: State[] = [];
          const touched: { readonly seq: number; readonly id: string }[] = [];
          const note = async () => {
            const { events } = await fetchPage(url);
            states.push({ seq: backend.cursor.seq, events });
          };
          await note();
          for (const changes of batches) {
            if (changes.length === 0) continue;
            const mutations = changes.map(mutationOf);
            const { seq } = backend.cursor;
            backend.publish(mutations);
            mutations.forEach(({ id }, i) => touched.push({ seq: seq + 1 + i, id }));
            await note();
          }
          const before = states[pick % states.length] as State;
          const after = states.at(-1) as State;
          const ids = new Set(touched.filter(({ seq }) => seq > before.seq).map(({ id }) => id));
          const expected = { inserted: 0, updated: 0, deleted: 0 };
          for (const id of ids) {
            const wasThere = before.events.some((event) => event.id === id);
            const event = after.events.find((event) => event.id === id);
            if (event === undefined) expected.deleted += wasThere ? 1 : 0;
            else if (filter === undefined || filter[1](event))
              expected[wasThere ? 'updated' : 'inserted']++;
          }
          const { epoch } = backend.cursor;
          const asked = {
            epoch,
            seq: String(before.seq),
            ...(filter === undefined ? {} : { filter: filter[0] }),
          };
          expect(await fetchChanges(url, asked)).toEqual({ ...backend.cursor, ...expected });
          const condition = `seq>${before.seq}`;
          const page = await fetchPage(url, {
            filter: filter === undefined ? condition : `(${filter[0]}) ${condition}`,
          });
          expect(page.events).toHaveLength(expected.inserted + expected.updated);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a state within a batch is one like any other', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish([1, 2, 3].map((n) => insertOf(eventAt(n, `e${n}`))));
    backend.publish([
      updateOf('e1', { severity: 'error' }),
      moveOf(eventAt(9, 'e2')),
      deleteOf('e3'),
      insertOf(eventAt(4, 'e4')),
    ]);
    const since = (seq: number) =>
      fetchChanges(url, { epoch: backend.cursor.epoch, seq: String(seq) });
    expect(await since(3)).toMatchObject({ inserted: 1, updated: 2, deleted: 1 });
    expect(await since(4)).toMatchObject({ inserted: 1, updated: 1, deleted: 1 });
    expect(await since(6)).toMatchObject({ inserted: 1, updated: 0, deleted: 0 });
    expect(await since(7)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  });

  test('says so where the log does not reach, and where the cursor is of another life', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const { epoch } = backend.cursor;
    backend.publish([insertOf(eventAt(1, 'e1'))]);
    expect(await fetchChanges(url, { epoch: 'other', seq: '0' })).toEqual({
      ...backend.cursor,
      lost: 'epoch_changed',
    });
    expect(await fetchChanges(url, { epoch, seq: '2' })).toEqual({
      ...backend.cursor,
      lost: 'cursor_in_future',
    });
    const batch = Array.from({ length: 5_000 }, () => updateOf('e1', { severity: 'error' }));
    for (let left = maxCountedMutations; left > 0; left -= batch.length) backend.publish(batch);
    expect(await fetchChanges(url, { epoch, seq: '1' })).toEqual({
      ...backend.cursor,
      inserted: 0,
      updated: 1,
      deleted: 0,
    });
    expect(await fetchChanges(url, { epoch, seq: '0' })).toEqual({
      ...backend.cursor,
      lost: 'too_far_behind',
    });
  });

  test.each([
    ['epoch=a', 'seq', 'missing'],
    ['seq=1', 'epoch', 'missing'],
    ['epoch=a&seq=-1', 'seq', 'integer'],
    ['epoch=a&seq=1.5', 'seq', 'integer'],
    ['epoch=a&seq=9007199254740992', 'seq', 'integer'],
    ['epoch=a&seq=1&since=2', 'since', 'unknown'],
  ])('%s is answered with 400', async (query, parameter, reason) => {
    const { url } = await startBackend({ initialCount: 1 });
    const response = await fetch(`${url}/data/changes?${query}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: 'invalid_parameter', parameter });
    expect(error['message']).toContain(reason);
  });

  test('the event called changes is at an address of its own', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish([insertOf(eventAt(1, 'changes'))]);
    const response = await fetch(`${url}/data/%63hanges`);
    expect(await response.json()).toMatchObject({ id: 'changes' });
  });
});
