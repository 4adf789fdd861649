import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nodeEnvironment, until } from '../../support/node_environment.js';
import { compareModelKeys } from '../../support/event_model.js';
import { madeEvents } from '../session_harness.js';
import { LocalHarness } from './local_harness.js';

const environment = nodeEnvironment(1);

it('shows an array, in order, with counts, density, and any place at once', async () => {
  const events = madeEvents(700);
  using harness = await LocalHarness.start({
    type: 'events',
    timestampUnit: 'ms',
    events: [...events].reverse(),
  });
  await harness.becomes('live');
  expect(harness.rows).toEqual(events);
  expect(harness.state).toMatchObject({
    rowCount: 700,
    totalCount: 700,
    matchCount: undefined,
    stale: false,
    loading: false,
    error: undefined,
  });
  await until(
    'the density has all',
    () => harness.density?.counts.reduce((a, b) => a + b, 0) === 700,
  );
  harness.look({ type: 'rank', rank: 350 }, '', 10);
  await until('the place is there', () => harness.rows.length === 10);
  expect(harness.ids[0]).toBe('e350');
  expect(harness.place).toMatchObject({
    topIndex: 350,
    rowsBefore: 0,
    totalCount: 700,
    found: true,
  });
});

it('filters at once, and says what is wrong with a filter while the one before goes on', async () => {
  using harness = await LocalHarness.start({
    type: 'events',
    timestampUnit: 'ms',
    events: madeEvents(9),
  });
  await harness.becomes('live');
  harness.look({ type: 'live' }, 'kind:kind1');
  await harness.hasRows(['e1', 'e4', 'e7']);
  await until('it is told', () => harness.state?.matchCount === 3);
  harness.look({ type: 'live' }, 'kind:(');
  expect(harness.state?.filterError).toMatchObject({ begin: 5 });
  await harness.hasRows(['e1', 'e4', 'e7']);
  harness.look({ type: 'live' });
  await until('all are back', () => harness.rows.length === 9);
  expect(harness.state?.filterError).toBeUndefined();
});

it('holds the newest where there are more than it may hold, and says so', async () => {
  using harness = await LocalHarness.start(
    { type: 'events', timestampUnit: 'ms', events: madeEvents(30) },
    { capacityRows: 10 },
  );
  await harness.becomes('live');
  expect(harness.ids).toEqual(
    madeEvents(30)
      .slice(20)
      .map(({ id }) => id),
  );
  expect(harness.state?.error).toMatchObject({ code: 'capacity_reached' });
});

it('reads a file piece by piece, NDJSON or an array, and says what was left out', async () => {
  const events = madeEvents(500);
  const lines = [
    ...events.slice(0, 100).map((event) => JSON.stringify(event)),
    'not JSON',
    '{"id":"no time"}',
    ...events.slice(100).map((event) => JSON.stringify(event)),
  ];
  using ofLines = await LocalHarness.start({
    type: 'file',
    timestampUnit: 'ms',
    file: new Blob([lines.join('\n')]),
  });
  using ofArray = await LocalHarness.start({
    type: 'file',
    timestampUnit: 'ms',
    file: new Blob([JSON.stringify(events)]),
  });
  await ofLines.becomes('live');
  await ofArray.becomes('live');
  expect(ofLines.rows).toEqual(events);
  expect(ofArray.rows).toEqual(events);
  expect(ofLines.state?.error).toMatchObject({
    code: 'events_skipped',
    message: '2 bad events or changes came (missing_timestamp).',
  });
  expect(ofArray.state?.error).toBeUndefined();
});

it('keeps what it has read of a file that is malformed, and reads it again on retry alone', async () => {
  let text = `[${JSON.stringify(madeEvents(2)[0])}, 7]`;
  let readCount = 0;
  // A file that has been mended is another Blob; an address may be read again.
  const answering = { ...environment, fetch: () => Promise.resolve(new Response(text)) };
  using harness = await LocalHarness.start(
    { type: 'file', timestampUnit: 'ms', file: 'http://files/a.json' },
    {
      environment: {
        ...answering,
        fetch: () => {
          readCount++;
          return answering.fetch();
        },
      },
    },
  );
  await harness.becomes('offline');
  expect(harness.state).toMatchObject({
    stale: true,
    loading: false,
    error: { code: 'source_failed' },
  });
  expect(harness.state?.error?.message).toContain('an element is no object');
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(readCount).toBe(1);
  text = JSON.stringify(madeEvents(3));
  harness.session.receive({ type: 'retry' });
  await harness.becomes('live');
  expect(harness.ids).toEqual(['e0', 'e1', 'e2']);
  expect(harness.state?.error).toBeUndefined();
});

it('reads events by id', async () => {
  using harness = await LocalHarness.start({
    type: 'events',
    timestampUnit: 'ms',
    events: madeEvents(3),
  });
  await harness.becomes('live');
  harness.session.receive({ type: 'read', id: 'e2', readId: 1 });
  harness.session.receive({ type: 'read', id: 'none', readId: 2 });
  await until('both are answered', () => harness.events.length === 2);
  expect(harness.events).toEqual([
    { type: 'event', event: madeEvents(3)[2] },
    { type: 'event', event: undefined },
  ]);
});

const event = fc.record({
  id: fc.constantFrom('a', 'b', 'é', '\u{1f600}', '\uff5e', 'z'),
  timestamp: fc.integer({ min: 0, max: 20 }),
  kind: fc.constantFrom('x', 'y'),
  message: fc.string(),
});

it('is equal to a map of the events, however they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
      using harness = await LocalHarness.start({ type: 'events', events, timestampUnit: 'ms' });
      await harness.becomes('live');
      const model = [...new Map(events.map((each) => [each.id, each])).values()];
      expect(harness.rows).toEqual(model.sort(compareModelKeys));
    }),
    { numRuns: 30 },
  );
});

it('leaves nothing behind', async () => {
  const timers = new Set<() => void>();
  const counting = {
    ...environment,
    after(delayMs: number, run: () => void) {
      const cancel = environment.after(delayMs, () => {
        timers.delete(cancel);
        run();
      });
      timers.add(cancel);
      return () => {
        timers.delete(cancel);
        cancel();
      };
    },
  };
  const harness = await LocalHarness.start(
    { type: 'events', timestampUnit: 'ms', events: madeEvents(20_000) },
    { environment: counting },
  );
  await until('it is under way', () => (harness.state?.rowCount ?? 0) > 0);
  harness.session.delete();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(timers.size).toBe(0);
});
