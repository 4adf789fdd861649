import type { Logger } from 'pino';

import { demoSchema } from './event_schema.js';
import { openOwnTimeline } from './import/own_timeline.js';
import { hasColumnsOf } from './persistence/about.js';
import type { LevelArchive } from './persistence/level_archive.js';
import { type Settings, SettingsError } from './settings.js';
import type { EventStore } from './store/event_store.js';
import { openStoredTimeline } from './stored/stored_timeline.js';
import type { TimelineSchema } from './timeline_schema.js';

/** Events that somebody has, of a file or a store. */
export interface OpenTimeline {
  readonly schema: TimelineSchema;
  /** Where they outlive the process; `undefined`: nowhere. */
  readonly archive: LevelArchive | undefined;
  /** Events that are known to come out of a file. */
  readonly rowCount: number;
  /** Puts them into a store of this schema. @throws {ArchiveError} @throws {DataFileError} */
  fill(store: EventStore): Promise<void>;
}

/**
 * The events that the settings name; `undefined` where they are to be made up.
 *
 * @throws {ArchiveError} @throws {DataFileError} where they can't be had. @throws {SettingsError} for a rate at which
 * the simulation would have to change what it knows nothing of.
 */
export async function openTimeline(
  settings: Settings,
  { logger, maxCount }: { readonly logger: Logger; readonly maxCount: number },
): Promise<OpenTimeline | undefined> {
  const { dataFile: data, schemaFile: schema, storeFolder } = settings;
  const { abandonsLoad = false } = settings;
  // Not a part of the log, and for people.
  const tell = (text: string): void => {
    if (logger.isLevelEnabled('info')) process.stderr.write(`${text}\n`);
  };
  const options = { logger, tell, maxCount };
  if (storeFolder === undefined) {
    if (data === undefined) return undefined;
    return { archive: undefined, ...(await openOwnTimeline({ data, schema }, options)) };
  }
  const stored = await openStoredTimeline(storeFolder, { data, schema, abandonsLoad }, options);
  try {
    checkRate(settings, stored.schema);
  } catch (error) {
    await stored.archive.close();
    throw error;
  }
  return { rowCount: 0, ...stored };
}

function checkRate({ mutationRate, storeFolder = '' }: Settings, schema: TimelineSchema): void {
  if (mutationRate === 0 || hasColumnsOf(schema, demoSchema)) return;
  throw new SettingsError(
    `MUTATION_RATE=${JSON.stringify(String(mutationRate))}: the simulation changes events of the demo's columns, ` +
      `and those in ${storeFolder} have others; leave it out`,
  );
}
