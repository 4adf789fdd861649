import { randomBytes, randomInt } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Cursor } from 'eventglass';
import { type Logger, pino } from 'pino';

import { type Event, demoSchema } from './event_schema.js';
import { FeedHub } from './feed/feed_hub.js';
import { type FeedLimits, defaultFeedLimits } from './feed/feed_limits.js';
import { serveFeed } from './feed/feed_upgrade.js';
import { createApp } from './http/app.js';
import { clientAddress } from './http/client_address.js';
import { type PageLimits, defaultPageLimits } from './http/page_limits.js';
import { ownDetail } from './import/own_timeline.js';
import { type IngestLimits, defaultIngestLimits } from './ingest/ingest_limits.js';
import { ingestRoute } from './ingest/ingest_route.js';
import { type OpenTimeline, openTimeline } from './open_timeline.js';
import { hasColumnsOf } from './persistence/about.js';
import { type Settings, maxInitialCount } from './settings.js';
import { EventIds } from './simulation/event_ids.js';
import { EventMaker } from './simulation/event_maker.js';
import { historyChunks, historyTimestamps } from './simulation/history.js';
import { HistoryProgress } from './simulation/history_progress.js';
import { MutationMaker } from './simulation/mutation_maker.js';
import { payloadOf } from './simulation/payload.js';
import { Random } from './simulation/random.js';
import { Simulation } from './simulation/simulation.js';
import { EmbeddedSource } from './source/embedded_source.js';
import { type ScanLimits, defaultScanLimits } from './source/scan_budget.js';
import { EventStore, maxBatchMutations } from './store/event_store.js';
import { defaultMaxLogBytes } from './store/mutation_log.js';
import type { MutationText } from './store/mutation_text.js';
import { changeOf } from './writer/change.js';
import { EventFormat } from './writer/event_format.js';
import { MutationWriter } from './writer/mutation_writer.js';

/**
 * Events: the timeline may grow by this much over its history, at 200 mutations a second for five
 * hours. From then on the oldest are deleted, through the feed like everything else.
 */
const growthCount = 1_000_000;

/** Writes: with more waiting for the disk, what is made up is left out; a second of the simulation's. */
const maxWaitingWrites = 20;

/** Milliseconds that requests and sockets get to finish when the backend stops. */
const closeGraceMs = 3_000;
const idleCheckMs = 20;

const minuteMs = 60_000;

/** What tests replace. */
export interface BackendOptions {
  readonly logger?: Logger;
  /** The present, in ms. */
  readonly now?: () => number;
  readonly feedLimits?: Partial<FeedLimits>;
  readonly maxLogBytes?: number;
  readonly pageLimits?: Partial<PageLimits>;
  readonly scanLimits?: Partial<ScanLimits>;
  readonly ingestLimits?: Partial<IngestLimits>;
  /** Events that the timeline may grow to before the oldest are deleted. */
  readonly maxCount?: number;
}

/** The backend: HTTP, feed and simulation over one store. */
export interface Backend {
  readonly cursor: Cursor;
  readonly totalCount: number;
  /** Opens the port, and begins to mutate the events at the rate that the settings name. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Makes `count` mutations now, whatever the rate. */
  mutate(count: number): void;
  /** Applies and streams these mutations, once they are stored where there is a store. */
  publish(mutations: readonly MutationText[]): void;
  /** Ends feeds and requests, waiting a bounded time for those under way. */
  close(): Promise<void>;
}

/** Makes the history and everything that serves it; `listen` opens it to clients. */
export async function createBackend(
  settings: Settings,
  options: BackendOptions = {},
): Promise<Backend> {
  const logger = options.logger ?? pino({ level: settings.logLevel });
  const limits = { ...defaultFeedLimits, ...options.feedLimits };
  const { seed, allowedOrigins, initialCount } = settings;
  const addressOf = clientAddress(settings.trustedProxies ?? []);
  const timeline = await openTimeline(settings, {
    logger,
    maxCount: options.maxCount ?? maxInitialCount,
  });
  const { schema, archive } = timeline ?? { schema: demoSchema, archive: undefined };
  const { now, historyEndMs } = chooseClock(settings, options.now ?? Date.now);
  const format = new EventFormat(schema.columns);
  const firstCount = timeline?.rowCount ?? initialCount;
  const growth = archive === undefined ? firstCount + growthCount : maxInitialCount;
  const maxCount = options.maxCount ?? growth;

  // What the largest batch adds before the next one makes room.
  const store = await EventStore.create(schema, createEpoch(), maxCount + maxBatchMutations);
  const ids = new EventIds(seed, archive === undefined ? 0 : randomFirstId());
  if (timeline === undefined) makeHistory(store, settings, { ids, endMs: historyEndMs, logger });
  else await fill(store, timeline);

  const source = new EmbeddedSource(store, {
    maxLogBytes: options.maxLogBytes ?? defaultMaxLogBytes,
    now: () => performance.now(),
    scanLimits: { ...defaultScanLimits, ...options.scanLimits },
  });
  const hub = new FeedHub({ source, limits, logger });
  const writer = new MutationWriter({ store, source, format, archive, maxCount, logger });
  const publish = (mutations: readonly MutationText[]): void => {
    if (archive === undefined) source.publish(mutations);
    // What can't be stored is left out: the archive has said why.
    else void writer.write(mutations.map((text) => changeOf(text, format))).catch(() => undefined);
  };
  const simulate = (mutations: readonly MutationText[]): void => {
    // A disk that is slow must not make a queue without end.
    if (writer.waitingCount < maxWaitingWrites) publish(mutations);
  };
  const random = new Random(seed, 'mutations');
  const maker = new MutationMaker(store, random, new EventMaker(random, ids), maxCount);
  const { mutationRate } = settings;
  const simulation = new Simulation({ maker, seed, mutationRate, now, publish: simulate });

  const app = createApp({
    source,
    detailOf(event) {
      if (timeline !== undefined) return ownDetail(schema, event);
      const made = event as unknown as Event;
      // What was not made up has nothing made up for it.
      return ids.hasGiven(made.id) ? { ...event, payload: payloadOf(seed, made) } : event;
    },
    ingest: ingestRoute({
      writer,
      format,
      token: settings.ingestToken,
      allowedOrigins,
      limits: { ...defaultIngestLimits, ...options.ingestLimits },
      addressOf,
      cursor: () => source.cursor,
    }),
    pageLimits: { ...defaultPageLimits, ...options.pageLimits },
    addressOf,
    allowedOrigins,
    logger,
    clientCount: () => hub.clientCount,
  });
  const server = createServer(httpLimits, app);
  server.setTimeout(idleTimeoutMs);
  serveFeed(server, { hub, limits, allowedOrigins, addressOf, logger });

  return {
    get cursor() {
      return store.cursor;
    },
    get totalCount() {
      return store.rowCount;
    },
    async listen() {
      await openPort(server, settings.port, settings.host);
      hub.start();
      simulation.start();
      const { port } = server.address() as AddressInfo;
      const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
      return { url: `http://${host}:${port}`, port };
    },
    mutate(count) {
      if (!hasColumnsOf(schema, demoSchema)) throw new Error('only the demo is mutated');
      simulation.mutate(count);
    },
    publish,
    async close() {
      simulation.stop();
      await Promise.all([closeServer(server), hub.close(closeGraceMs)]);
      await writer.close();
      store.delete();
    },
  };
}

const httpLimits = {
  /** 32 KiB: room for a filter of 4,096 characters and two keys of 1,024 bytes, percent-encoded. */
  maxHeaderSize: 32 << 10,
  /** Milliseconds for the head of a request, and for all of it: a body has a limit of its own that is below. */
  headersTimeout: 10_000,
  requestTimeout: 40_000,
  keepAliveTimeout: 10_000,
};

/** Milliseconds in which neither side sends anything; ends clients that stop reading a page. */
const idleTimeoutMs = 30_000;

function createEpoch(): string {
  return randomBytes(9).toString('base64url');
}

/** Where ids begin in one life of a store, so that they are none of another life: each has 2^32. */
function randomFirstId(): number {
  return randomInt(2 ** 20) * 2 ** 32;
}

async function fill(store: EventStore, timeline: OpenTimeline): Promise<void> {
  try {
    await timeline.fill(store);
  } catch (error) {
    await timeline.archive?.close();
    store.delete();
    throw error;
  }
}

/** A history with an end of its own goes on from there; any other ends at the last full minute. */
function chooseClock({ historyEndMs }: Settings, now: () => number) {
  const startedMs = now();
  return historyEndMs === undefined
    ? { now, historyEndMs: startedMs - (startedMs % minuteMs) }
    : { now: () => historyEndMs + now() - startedMs, historyEndMs };
}

interface HistoryOptions {
  readonly ids: EventIds;
  readonly endMs: number;
  readonly logger: Logger;
}

/** Fills the store: the first `initialCount` mutations of the epoch. */
function makeHistory(
  store: EventStore,
  { initialCount, seed }: Settings,
  { ids, endMs, logger }: HistoryOptions,
): void {
  const progress = new HistoryProgress({
    now: () => performance.now(),
    totalCount: initialCount,
    report: (progress) => logger.info(progress, 'making the history'),
  });
  const timestamps = historyTimestamps(initialCount, endMs, new Random(seed, 'timestamps'));
  const maker = new EventMaker(new Random(seed, 'history'), ids);
  for (const chunk of historyChunks(timestamps, maker, maxBatchMutations)) {
    store.fill(chunk);
    progress.add(chunk.length);
  }
}

function openPort(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Connections that become idle when their last request is done would stay open otherwise.
  const timer = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  await Promise.race([closed, sleep(closeGraceMs, undefined, { ref: false })]);
  clearInterval(timer);
  server.closeAllConnections();
}
