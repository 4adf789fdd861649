import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { eventSchema } from '../../../backend/src/event_schema.js';
import { Random } from '../../../backend/src/simulation/random.js';
import { pages } from '../../../wasm/ts/client/adapter/pages_adapter.js';
import type { OpenableSource } from '../../../wasm/ts/client/source_description.js';
import { until } from '../../support/node_environment.js';
import { windowEvents } from '../../support/window_comparison.js';
import { expectedEvents, initialCount, Lives } from '../backend_lives.js';
import { runExample } from './doc_example.js';
import { PagesHarness } from './pages_harness.js';

const capacityRows = 400;
/** Until what must come to pass has come to pass, on a busy machine as well. */
const waitOptions = { timeout: 15_000, interval: 50 };
/** One for each round; the last rounds have more events than the window holds. */
const filters = ['severity:warning,error', '-source:payments amount>=10', '', ''];

/** As browsers have it: an error that nobody listens to is none. */
class WebSocket extends NodeWebSocket {
  constructor(url: string) {
    super(url);
    this.on('error', () => undefined);
  }
}

test.each([1, 2])(
  'an adapter of somebody else’s, as in the docs: the window is the backend’s, while events change and in each of its lives (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const numbers = new Random(seed, 'adapter');
    const random = (below: number): number => numbers.below(below);
    const lives = await Lives.begin();
    onTestFinished(() => lives.backend.close());
    const base = `http://127.0.0.1:${lives.port}`;
    const heading = 'Example: pages over HTTP, changes over a WebSocket';
    const source = await runExample(heading, { pages, base, WebSocket }, 'source');
    using harness = await PagesHarness.open(source as OpenableSource, capacityRows, eventSchema);
    const look = (filter: string): void => {
      const target = { type: 'rank', rank: random(initialCount) } as const;
      harness.look(random(2) === 0 ? { type: 'live' } : target, filter);
    };

    for (const [round, filter] of filters.entries()) {
      look(filter);
      for (let step = 0; step < 15; step++) {
        lives.backend.mutate(1 + random(40));
        if (random(4) === 0) look(filter);
        await new Promise((resolve) => setTimeout(resolve, random(15)));
      }
      const history = harness.engine.cursor?.epoch;
      const isRestarted = round % 2 === 1;
      if (isRestarted) await lives.restart();
      await vi.waitFor(async () => {
        // What waits for its next try need not wait any longer.
        harness.session.receive({ type: 'retry' });
        const { connection, loading, stale } = harness.state ?? {};
        expect({ connection, loading, stale }).toEqual({
          connection: 'live',
          loading: false,
          stale: false,
        });
        if (isRestarted) expect(harness.engine.cursor?.epoch).not.toBe(history);
        const { events, firstRank, matchCount } = await expectedEvents(
          harness.engine,
          lives,
          filter,
        );
        expect(windowEvents(harness.engine)).toEqual(events);
        expect(harness.place).toMatchObject({ rowsBefore: firstRank, totalCount: matchCount });
        expect(harness.engine.rowCount).toBeGreaterThan(0);
      }, waitOptions);
    }

    const [event] = windowEvents(harness.engine) as readonly { readonly id: string }[];
    harness.session.receive({ type: 'read', readId: 1, id: event?.id ?? '' });
    await until('the event is read', () => harness.answers.length > 0);
    expect(harness.answers).toMatchObject([{ type: 'event', event }]);
    expect(harness.densityCount).toBeGreaterThan(0);
  },
);
