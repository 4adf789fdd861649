import type { CellValue } from 'eventglass';
import type { Logger } from 'pino';

import type { EventStore } from '../store/event_store.js';
import type { TimelineSchema } from '../timeline_schema.js';
import { DataFileError, faultText } from './faults.js';
import { LoadProgress } from './load_progress.js';
import { loadText, planText } from './load_text.js';
import { type OwnFiles, loadOwnEvents, surveyOwnEvents } from './own_events.js';

export interface OwnTimelineOptions {
  readonly logger: Logger;
  /** Takes what is said to people: a table of the columns, and what has become of the rows. */
  readonly tell: (text: string) => void;
  /** Events that there is room for. */
  readonly maxCount: number;
}

/** Somebody's events as the timeline of a backend. */
export interface OwnTimeline {
  readonly schema: TimelineSchema;
  /** Rows of the file: no more events than that. */
  readonly rowCount: number;
  /** Puts the events into a store of this schema. @throws {DataFileError} */
  fill(store: EventStore): Promise<void>;
}

/**
 * Finds out what is in the files, and tells.
 *
 * @throws {DataFileError} where no events can be made of them.
 */
export async function openOwnTimeline(
  files: OwnFiles,
  { logger, tell, maxCount }: OwnTimelineOptions,
): Promise<OwnTimeline> {
  const progressOf = (step: string): LoadProgress =>
    new LoadProgress({
      now: () => performance.now(),
      report: (progress) => logger.info(progress, step),
    });

  const surveying = progressOf('looking at the events');
  const own = await surveyOwnEvents(files, (rows) => surveying.reach(rows));
  const { survey, plan, file } = own;
  const { rowCount } = survey;
  if (rowCount > maxCount) {
    throw new DataFileError(`${file.path}: has ${rowCount} rows; ${maxCount} events can be held`);
  }
  tell(planText(own));
  const { timestamp, schema } = plan;
  logger.info({ file: file.path, format: file.format, timestamp, schema }, 'columns of the events');
  return {
    schema,
    rowCount,
    async fill(store) {
      const loading = progressOf('loading the events');
      const totalCount = rowCount + survey.faults.count;
      const report = await loadOwnEvents(own, store, (rows) => loading.reach(rows, totalCount));
      tell(loadText(report));
      const { count, rejected, noted } = report;
      const first = rejected.first.map(faultText);
      logger.info({ count, rejected: rejected.count, noted: noted.count, first }, 'events loaded');
    },
  };
}

/** An event as `GET /data?id=…` answers it: what stands for JSON is given as what it means. */
export function ownDetail(
  { columns }: TimelineSchema,
  event: Readonly<Record<string, CellValue>>,
): object {
  const texts = columns.filter(({ json }) => json === true);
  const nested = texts.flatMap(({ name }) => {
    const text = event[name];
    return typeof text === 'string' ? [[name, JSON.parse(text) as unknown] as const] : [];
  });
  return { ...event, ...Object.fromEntries(nested) };
}
