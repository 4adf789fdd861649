import { basename, extname } from 'node:path';

import { type DataFile, openDataFile } from './data_file.js';
import { type Plan, makePlan } from './plan.js';
import { readSchemaFile } from './schema_file.js';
import { type ReportProgress, type Survey, surveyFile } from './survey.js';

/** The files that somebody's events are in. */
export interface OwnFiles {
  readonly data: string;
  /** `undefined`: everything is inferred. */
  readonly schema: string | undefined;
}

/** A file whose rows are known, and what becomes of them. */
export interface OwnEvents {
  readonly file: DataFile;
  readonly survey: Survey;
  readonly plan: Plan;
}

/**
 * Reads a file once, to the end, and decides what its fields become.
 *
 * @throws {DataFileError} where no events can be made of it.
 */
export async function surveyOwnEvents(files: OwnFiles, report: ReportProgress): Promise<OwnEvents> {
  const wish = files.schema === undefined ? {} : await readSchemaFile(files.schema);
  const path = files.data;
  const file = await openDataFile(path, {
    type: wish.format,
    delimiter: wish.delimiter,
    rows: wish.rows,
  });
  const survey = await surveyFile(file, wish, report);
  const isTyped = file.format.type !== 'csv';
  const name = basename(path, extname(path));
  const plan = makePlan(survey, { path, wish, isTyped, name });
  return { file, survey, plan };
}
