import { createEngine, type Engine } from 'eventglass';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventSchema } from '../../backend/src/event_schema.js';
import { Random } from '../../backend/src/simulation/random.js';
import { BackendSource } from '../../wasm/ts/client/backend_source.js';
import type { ClientState } from '../../wasm/ts/client/client_state.js';
import type { FromWorker } from '../../wasm/ts/client/messages.js';
import { Session } from '../../wasm/ts/client/session.js';
import type { Target } from '../../wasm/ts/client/viewport_request.js';
import { FaultyProxy } from '../support/faulty_proxy.js';
import { nodeEnvironment, until } from '../support/node_environment.js';
import { windowEvents } from '../support/window_comparison.js';
import { expectedEvents, initialCount, Lives } from './backend_lives.js';

/** Milliseconds of delays and time-outs are so many times as short. */
const speed = 10;
const capacityRows = 800;
/** Until what must come to pass has come to pass, on a busy machine as well. */
const waitOptions = { timeout: 15_000, interval: 50 };
const filters = ['', 'severity:warning,error', '-source:payments amount>=10', '"order"'];

/** A session whose page is told nothing but states, and paints at once. */
class Reader {
  readonly session: Session;
  state: ClientState | undefined;
  rowsBefore = NaN;
  totalCount = NaN;
  filter = '';
  #requestCount = 0;

  constructor(engine: Engine, port: number) {
    const environment = {
      ...nodeEnvironment(speed),
      post: (message: FromWorker) => {
        this.#receive(message);
      },
    };
    const source = new BackendSource(`http://127.0.0.1:${port}`, environment);
    this.session = new Session(engine, { source, capacityRows }, environment);
  }

  look(target: Target): void {
    const id = ++this.#requestCount;
    const request = { id, target, rowCount: 30, overscanRows: 10, filter: this.filter };
    this.session.receive({ type: 'viewport', request });
  }

  #receive(message: FromWorker): void {
    if (message.type === 'state') this.state = message.state;
    if (message.type !== 'block') return;
    this.rowsBefore = message.place.rowsBefore;
    this.totalCount = message.place.totalCount;
    queueMicrotask(() => {
      this.session.receive({ type: 'painted', spare: undefined });
    });
  }
}

test.each([1, 2, 3, 4])(
  'through a network that cuts, delays, throttles and corrupts, the window becomes the backend’s (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const numbers = new Random(seed, 'network');
    const random = (below: number): number => numbers.below(below);
    const lives = await Lives.begin();
    const proxy = await FaultyProxy.start(() => lives.port);
    const engine = await createEngine({ schema: eventSchema, capacityRows });
    const reader = new Reader(engine, proxy.port);
    onTestFinished(async () => {
      reader.session.delete();
      await proxy.stop();
      await lives.backend.close();
    });

    const move = (): void => {
      const kind = random(4);
      if (kind === 0) reader.filter = filters[random(filters.length)] ?? '';
      if (kind <= 1) reader.look({ type: 'live' });
      else reader.look({ type: 'rank', rank: random(initialCount) });
    };
    const misbehave = async (): Promise<void> => {
      const kind = random(8);
      if (kind <= 1) proxy.cut();
      else if (kind === 2) proxy.faults = { ...proxy.faults, delayMs: random(20) };
      else if (kind === 3) proxy.faults = { ...proxy.faults, pieceBytes: 200 + random(4_000) };
      else if (kind === 4) proxy.faults = { ...proxy.faults, cutAfterBytes: random(60_000) };
      else if (kind <= 6) proxy.corruptNext();
      else if (random(3) === 0) await lives.restart();
    };

    reader.look({ type: 'live' });
    for (let round = 0; round < 6; round++) {
      for (let step = 0; step < 25; step++) {
        lives.backend.mutate(1 + random(random(10) === 0 ? 900 : 60));
        if (random(4) === 0) move();
        if (random(3) === 0) await misbehave();
        await new Promise((resolve) => setTimeout(resolve, random(15)));
      }
      proxy.heal();
      await until(`round ${round}: the session has caught up`, () => {
        // What waits for its next try need not wait any longer.
        reader.session.receive({ type: 'retry' });
        const { cursor } = engine;
        const { connection, loading, stale } = reader.state ?? {};
        const { epoch, seq } = lives.backend.cursor;
        const isThere = connection === 'live' && loading === false && stale === false;
        return isThere && cursor?.epoch === epoch && cursor.seq === seq;
      });
      // The window goes on being filled, so what is expected grows with it.
      await vi.waitFor(async () => {
        const { events, firstRank, matchCount } = await expectedEvents(
          engine,
          lives,
          reader.filter,
        );
        expect(windowEvents(engine)).toEqual(events);
        expect(reader).toMatchObject({ rowsBefore: firstRank, totalCount: matchCount });
      }, waitOptions);
    }
  },
);
