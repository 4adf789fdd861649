import { RowBlock } from 'eventglass';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Event, eventSchema } from '../../backend/src/event_schema.js';
import {
  anyChanges,
  awkwardIds,
  mutationOf,
  mutationsBackFrom,
  timelineBegin,
  timelineMinutes,
  variedEvents,
} from './support/changing_timeline.js';
import {
  type NaiveRequest,
  boundOf,
  naiveFilters,
  naivePage,
  placeOf,
  rankOf,
} from './support/naive_pages.js';
import { type Place, compareEvents } from './support/naive_timeline.js';
import { fetchPage, pageState, startBackend } from './support/test_backend.js';

const rowsType = 'application/vnd.eventglass.rows';

const ids = variedEvents().map(({ id }) => id);

const anyTime = fc
  .integer({ min: -1, max: timelineMinutes })
  .map((n) => timelineBegin + n * 60_000);

/** A time alone, a key that an event has or had, the key right after it, or one that none has. */
const anyPlace: fc.Arbitrary<Place> = fc.record({
  timestamp: anyTime,
  id: fc.oneof(
    fc.constant(''),
    fc.constantFrom(...ids),
    fc.constantFrom(...ids).map((id) => `${id}\u0000`),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

const anyKey = fc.record({ timestamp: anyTime, id: fc.constantFrom(...ids, 'run_', '~') });

const anyRank = fc.integer({ min: 0, max: ids.length + 5 });

/** No `start` beside `after`, nor either beside `rank`; backwards no `stop` beside `rank`. */
const anyRequest: fc.Arbitrary<NaiveRequest> = fc
  .record({
    begin: fc.oneof(fc.constant({}), fc.record({ start: anyPlace }), fc.record({ after: anyKey })),
    end: fc.oneof(fc.constant({}), fc.record({ stop: anyPlace })),
    rank: fc.option(fc.record({ rank: anyRank }), { nil: undefined }),
    limit: fc.oneof(fc.constant({}), fc.record({ limit: fc.integer({ min: 1, max: 40 }) })),
    direction: fc.constantFrom('forward', 'backward'),
  })
  .map(({ begin, end, rank, limit, direction }) => ({
    ...(rank === undefined || direction === 'backward' ? begin : rank),
    ...(rank === undefined || direction === 'forward' ? end : rank),
    ...limit,
    direction,
  }));

function parametersOf(request: NaiveRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request).map(([name, value]: [string, Place | number | string]) => [
      name,
      typeof value === 'object' ? boundOf(value) : String(value),
    ]),
  );
}

/** Where a range from `start` or right after `after` begins; `undefined` where it is open. */
function beginOf({ start, after }: NaiveRequest): Place | undefined {
  return after === undefined ? start : { ...after, id: `${after.id}\u0000` };
}

describe('GET /data, compared with a list of events', () => {
  test('answers any request as looking through the events does, while they change', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    let all: readonly Event[] = [];
    let pageCount = 0;
    await fc.assert(
      fc.asyncProperty(
        anyRequest,
        fc.option(fc.constantFrom(...naiveFilters), { nil: undefined }),
        fc.constantFrom('json', 'rows'),
        anyChanges,
        async (request, filter, format, changes) => {
          backend.publish(mutationsBackFrom(all));
          if (changes.length > 0) backend.publish(changes.map(mutationOf));
          all = (await fetchPage(url)).events;
          const events = filter === undefined ? all : all.filter(filter[1]);

          const parameters = new URLSearchParams(parametersOf(request));
          if (filter !== undefined) parameters.set('filter', filter[0]);
          const headers = { Accept: format === 'rows' ? rowsType : 'application/json' };
          const response = await fetch(`${url}/data?${parameters.toString()}`, { headers });
          const begin = beginOf(request);
          const { stop } = request;
          if (begin !== undefined && stop !== undefined && compareEvents(begin, stop) > 0) {
            expect(response.status).toBe(400);
            return;
          }
          pageCount++;
          expect(response.status).toBe(200);
          const answer =
            format === 'rows'
              ? new RowBlock(await response.arrayBuffer(), eventSchema).events()
              : ((await response.json()) as readonly Event[]);
          expect(answer).toEqual(naivePage(events, request));

          const state = pageState(response);
          expect(state).toMatchObject({ ...backend.cursor, totalCount: all.length });
          expect(state.matchCount).toBe(filter === undefined ? undefined : events.length);
          const coveredBegin = placeOf(state.coveredBegin);
          const coveredEnd = placeOf(state.coveredEnd);
          expect(state.firstRank).toBe(rankOf(events, coveredBegin));
          // The range that is said to be covered has these events and no other.
          expect(
            naivePage(events, {
              ...(coveredBegin === undefined ? {} : { start: coveredBegin }),
              ...(coveredEnd === undefined ? {} : { stop: coveredEnd }),
            }),
          ).toEqual(answer);
          // It is the one asked for, but where a rank or the limit makes it another.
          const isCut = answer.length === request.limit;
          if (request.rank !== undefined || isCut) return;
          expect([coveredBegin, coveredEnd]).toEqual([begin, stop]);
        },
      ),
      { numRuns: 150 },
    );
    expect(pageCount).toBeGreaterThan(50);
  });

  test('page by page after the last key, or by rank, nothing is lost or doubled', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish(mutationsBackFrom([]));
    const all = (await fetchPage(url)).events;
    const byKey: Event[] = [];
    const byRank: Event[] = [];
    for (let rank = 0; rank < all.length; rank += 7) {
      const last = byKey.at(-1);
      const after: Record<string, string> = last === undefined ? {} : { after: boundOf(last) };
      byKey.push(...(await fetchPage(url, { ...after, limit: '7' })).events);
      byRank.push(...(await fetchPage(url, { rank: String(rank), limit: '7' })).events);
    }
    expect(byKey).toEqual(all);
    expect(byRank).toEqual(all);
    expect(all).toHaveLength(120 + awkwardIds.length);
  });

  test('reads + in a filter as a space, and %2B as itself', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish(mutationsBackFrom([]));
    const all = (await fetchPage(url)).events;
    const read = async (filter: string) =>
      (await (await fetch(`${url}/data?filter=${filter}`)).json()) as readonly Event[];
    expect(await read('severity:error+source:shop')).toEqual(
      all.filter(({ severity, source }) => severity === 'error' && source === 'shop'),
    );
    expect((await read('%2Bplus')).map(({ id }) => id)).toEqual(['space and +plus']);
  });
});
