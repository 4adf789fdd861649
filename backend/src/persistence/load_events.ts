import type { Logger } from 'pino';

import { HistoryProgress } from '../simulation/history_progress.js';
import type { EventStore } from '../store/event_store.js';
import { ArchiveError } from '../writer/event_archive.js';
import { messageChunks } from '../writer/message_chunks.js';
import type { LevelArchive } from './level_archive.js';

export interface LoadOptions {
  /** Events that the timeline has room for. */
  readonly maxCount: number;
  readonly logger: Logger;
}

/**
 * Fills `store` with the archived events: they are the first mutations of the epoch.
 *
 * @throws {ArchiveError} where one is damaged, or they are too many.
 */
export async function loadEvents(
  archive: LevelArchive,
  store: EventStore,
  { maxCount, logger }: LoadOptions,
): Promise<void> {
  const startedMs = performance.now();
  const progress = new HistoryProgress({
    now: () => performance.now(),
    report: (progress) => logger.info(progress, 'loading events'),
  });
  for await (const events of archive.events()) {
    if (store.rowCount + events.length > maxCount) {
      throw new ArchiveError(
        `the store holds more than the ${maxCount} events that there is room for`,
      );
    }
    const inserts = events.map(
      ({ id, json }) => ({ op: 'insert', id, isWhole: true, members: `"event":${json}` }) as const,
    );
    for (const chunk of messageChunks(inserts)) store.fill(chunk);
    progress.add(events.length);
  }
  const seconds = Math.round(performance.now() - startedMs) / 1_000;
  const perSecond = Math.round(store.rowCount / Math.max(seconds, 0.001));
  logger.info({ count: store.rowCount, seconds, perSecond }, 'events loaded');
}
