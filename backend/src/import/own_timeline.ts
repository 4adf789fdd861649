import type { CellValue } from 'eventglass';
import type { Logger } from 'pino';

import type { EventStore } from '../store/event_store.js';
import type { TimelineSchema } from '../timeline_schema.js';
import { checkUnchanged } from './data_file.js';
import { DataFileError, faultText } from './faults.js';
import { LoadProgress } from './load_progress.js';
import { type LoadState, type LoadTarget, loadRows } from './load_rows.js';
import { loadText, planText } from './load_text.js';
import { type OwnEvents, type OwnFiles, surveyOwnEvents } from './own_events.js';

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
  options: OwnTimelineOptions,
): Promise<OwnTimeline> {
  const own = await surveyAndTell(files, options);
  const { file, plan, survey } = own;
  return {
    schema: plan.schema,
    rowCount: survey.rowCount,
    async fill(store) {
      const target = { store, check: () => checkUnchanged(file) };
      await loadAndTell(own, target, { ...options, totalCount: rowCountOf(own) });
    },
  };
}

/** Rows of the file, those that are at fault among them. */
export function rowCountOf({ survey }: OwnEvents): number {
  return survey.rowCount + survey.faults.count;
}

/** Looks at the files, and tells what they are taken for. @throws {DataFileError} */
export async function surveyAndTell(
  files: OwnFiles,
  { logger, tell, maxCount }: OwnTimelineOptions,
): Promise<OwnEvents> {
  const surveying = progressOf(logger, 'looking at the events');
  const own = await surveyOwnEvents(files, (rows) => surveying.reach(rows));
  const { survey, plan, file } = own;
  const { rowCount } = survey;
  if (rowCount > maxCount) {
    throw new DataFileError(`${file.path}: has ${rowCount} rows; ${maxCount} events can be held`);
  }
  tell(planText(own));
  const { timestamp, schema } = plan;
  logger.info({ file: file.path, format: file.format, timestamp, schema }, 'columns of the events');
  return own;
}

export interface LoadAndTellOptions extends Pick<OwnTimelineOptions, 'logger' | 'tell'> {
  /** Rows of the file; `undefined` where nobody knows. */
  readonly totalCount: number | undefined;
}

/** Loads a file, and tells how far that is and what has become of its rows. @throws {DataFileError} */
export async function loadAndTell(
  own: Pick<OwnEvents, 'file' | 'plan'>,
  target: LoadTarget,
  { logger, tell, totalCount }: LoadAndTellOptions,
): Promise<LoadState> {
  const loading = progressOf(logger, 'loading the events');
  const state = await loadRows(own, target, (rows) => loading.reach(rows, totalCount));
  tell(loadText(state));
  const { count, rejected, noted } = state;
  const first = rejected.first.map(faultText);
  logger.info({ count, rejected: rejected.count, noted: noted.count, first }, 'events loaded');
  return state;
}

function progressOf(logger: Logger, step: string): LoadProgress {
  return new LoadProgress({
    now: () => performance.now(),
    report: (progress) => logger.info(progress, step),
  });
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
