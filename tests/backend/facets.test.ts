import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import { insertOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { anyChanges, mutationOf, mutationsBackFrom } from './support/changing_timeline.js';
import { naiveFilters } from './support/naive_pages.js';
import { eventAt, fetchPage, startBackend } from './support/test_backend.js';

interface FacetsAnswer {
  readonly seq: number;
  readonly totalCount: number;
  readonly matchCount: number;
  readonly facets: readonly {
    readonly column: string;
    readonly values: readonly { readonly value: string; readonly count: number }[];
    readonly distinctCount: number;
    readonly missingCount: number;
  }[];
}

const columns = ['source', 'type', 'severity', 'actor'] as const;

async function fetchFacets(
  url: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<FacetsAnswer> {
  const response = await fetch(`${url}/data/facets?${new URLSearchParams(parameters).toString()}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  return (await response.json()) as FacetsAnswer;
}

/** A facet as the protocol defines it: by looking at every event. */
function naiveFacet(
  events: readonly Partial<Event>[],
  column: (typeof columns)[number],
  limit: number,
): FacetsAnswer['facets'][number] {
  const counts = new Map<string, number>();
  let missingCount = 0;
  for (const { [column]: value } of events) {
    if (value === undefined) missingCount++;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const values = [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort(
      (a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)),
    );
  return { column, values: values.slice(0, limit), distinctCount: counts.size, missingCount };
}

/** Values whose order in UTF-8 differs from their order in UTF-16, or that need care in JSON, or none. */
const anyActor = fc.constantFrom(undefined, '', 'Ana', '\uFF5E', '😀', 'quote"back\\slash', 'Ünal');

describe('GET /data/facets', () => {
  test('counts as looking at every event does, while they change', async () => {
    // The property asks for more new filters in a second than a reader does.
    const ofAny = { burstMs: 1e6, share: 1 };
    const scanLimits = { ofClient: ofAny, ofAll: ofAny };
    const { backend, url } = await startBackend({ initialCount: 0 }, { scanLimits });
    let all: readonly Event[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.uniqueArray(fc.constantFrom(...columns), { minLength: 1 }), {
          nil: undefined,
        }),
        fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        fc.option(fc.constantFrom(...naiveFilters), { nil: undefined }),
        anyChanges,
        fc.array(fc.tuple(fc.nat(), anyActor), { maxLength: 4 }),
        async (asked, limit, filter, changes, actors) => {
          backend.publish(mutationsBackFrom(all));
          if (changes.length > 0) backend.publish(changes.map(mutationOf));
          all = (await fetchPage(url)).events;
          if (actors.length > 0) {
            backend.publish(
              actors.map(([n, actor]) => updateOf((all[n % all.length] as Event).id, { actor })),
            );
            all = (await fetchPage(url)).events;
          }
          const events = filter === undefined ? all : all.filter(filter[1]);
          const answer = await fetchFacets(url, {
            ...(asked === undefined ? {} : { columns: asked.join(',') }),
            ...(limit === undefined ? {} : { limit: String(limit) }),
            ...(filter === undefined ? {} : { filter: filter[0] }),
          });
          expect(answer).toEqual({
            ...backend.cursor,
            totalCount: all.length,
            matchCount: events.length,
            facets: (asked ?? columns).map((column) => naiveFacet(events, column, limit ?? 50)),
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('has no values in an empty timeline', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    expect(await fetchFacets(url, { columns: 'actor,source', filter: 'nothing' })).toEqual({
      ...backend.cursor,
      totalCount: 0,
      matchCount: 0,
      facets: [naiveFacet([], 'actor', 50), naiveFacet([], 'source', 50)],
    });
  });

  test('has a thousand values of a column and no more', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish(
      Array.from({ length: 1_001 }, (_, n) => insertOf(eventAt(n, `e${n}`, { actor: `a${n}` }))),
    );
    const { facets } = await fetchFacets(url, { columns: 'actor', limit: '1000' });
    expect(facets[0]).toMatchObject({ distinctCount: 1_001, missingCount: 0 });
    expect(facets[0]?.values).toHaveLength(1_000);
  });

  test.each([
    ['columns=', 'columns', 'no value'],
    ['columns=message', 'columns', '"message" is none: expected some of source,type,severity'],
    ['columns=id', 'columns', '"id" is none'],
    ['columns=Source', 'columns', '"Source" is none'],
    ['columns=source,', 'columns', '"" is none'],
    ['columns=source,type,source', 'columns', '"source" is given more than once'],
    ['columns=%FF', 'columns', 'not percent-encoded UTF-8'],
    ['columns=source&columns=type', 'columns', 'more than once'],
    ['limit=0', 'limit', 'integer from 1 to 1000'],
    ['limit=1001', 'limit', 'integer from 1 to 1000'],
    ['limit=1.5', 'limit', 'integer from 1 to 1000'],
    [`filter=${'x'.repeat(4_097)}`, 'filter', 'longer than 4096 characters'],
    ['start=5', 'start', 'unknown'],
  ])('%s is answered with 400', async (query, parameter, reason) => {
    const { url } = await startBackend({ initialCount: 1 });
    const response = await fetch(`${url}/data/facets?${query}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: 'invalid_parameter', parameter });
    expect(error['message']).toContain(reason);
  });

  test('a filter that does not parse is answered with the characters at fault', async () => {
    const { url } = await startBackend({ initialCount: 1 });
    const response = await fetch(`${url}/data/facets?filter=amount>=ten`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid_filter', parameter: 'filter', begin: 8, end: 11 },
    });
  });

  test('leaves events within reach whose ids are called so', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const ids = ['facets', 'Facets', 'facets/'];
    backend.publish(ids.map((id) => insertOf(eventAt(5, id))));
    for (const path of ['%66acets', 'Facets', 'facets%2F']) {
      const response = await fetch(`${url}/data/${path}`);
      expect(await response.json()).toMatchObject({ id: decodeURIComponent(path) });
    }
    expect(await fetchFacets(url)).toMatchObject({ totalCount: 3 });
  });

  test('looks at all events of a filter once a column, within what a client may have', async () => {
    // The clock stands still: whatever looks at all events counts as the least there is, 1 ms.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    onTestFinished(() => clock.mockRestore());
    const ofClient = { burstMs: 3.5, share: 2 ** -13 };
    const { url } = await startBackend({}, { scanLimits: { ofClient } });
    const ask = async (query: string) => (await fetch(`${url}/data/facets?${query}`)).status;

    // Of 4 ms, one for the filter and one for each column.
    const known = 'filter=severity:error&columns=source,type';
    for (let i = 0; i < 3; i++) expect(await ask(known)).toBe(200);
    expect(await ask('filter=severity:error&columns=actor')).toBe(200);
    expect(await ask('filter=severity:error&columns=severity')).toBe(503);
    expect(await ask('filter=severity:info')).toBe(503);
    // What is known costs nothing, and neither do the counts of all events.
    expect(await ask(known)).toBe(200);
    expect(await ask('columns=severity,actor')).toBe(200);
  });
});
