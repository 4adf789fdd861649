import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { checkUnchanged } from '../../../backend/src/import/data_file.js';
import { faultText } from '../../../backend/src/import/faults.js';
import { ownDetail } from '../../../backend/src/import/own_timeline.js';
import { surveyOwnEvents } from '../../../backend/src/import/own_events.js';
import { EventWriter } from '../../../backend/src/import/event_writer.js';
import { isFault, readRows } from '../../../backend/src/import/read_rows.js';
import { loadRows } from '../../../backend/src/import/load_rows.js';
import { loadText, planText } from '../../../backend/src/import/load_text.js';
import type { SchemaFile } from '../../../backend/src/import/schema_file.js';
import { EventStore } from '../../../backend/src/store/event_store.js';
import type { TimelineSchema } from '../../../backend/src/timeline_schema.js';

export type Fields = Readonly<Record<string, unknown>>;

/** What has become of a file. */
export interface Loaded {
  readonly schema: TimelineSchema;
  /** In the order of time, as `GET /data?id=…` answers them. */
  readonly events: readonly Fields[];
  readonly rejected: readonly string[];
  readonly rejectedCount: number;
  readonly noted: readonly string[];
  readonly notes: readonly string[];
  readonly text: string;
}

/** A folder of the test's own. */
export async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eventglass-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A file of the test's own with this name and content. */
export async function ownFile(name: string, content: string | Buffer): Promise<string> {
  const path = join(await ownFolder(), name);
  await writeFile(path, content);
  return path;
}

/** Loads a file as a backend does that is started with it. */
export async function loadFile(data: string, schemaFile?: SchemaFile): Promise<Loaded> {
  const schema =
    schemaFile === undefined ? undefined : await ownFile('schema.json', JSON.stringify(schemaFile));
  const own = await surveyOwnEvents({ data, schema }, () => undefined);
  const store = await EventStore.create(own.plan.schema, 'e', own.survey.rowCount + 10);
  try {
    const target = { store, check: () => checkUnchanged(own.file) };
    const report = await loadRows(own, target, () => undefined);
    const json = Buffer.from(store.rows.writeJson({ begin: 0, end: store.rowCount })).toString();
    const events = JSON.parse(json) as Record<string, string | number | boolean>[];
    return {
      schema: own.plan.schema,
      events: events.map((event) => ownDetail(own.plan.schema, event) as Fields),
      rejected: report.rejected.first.map(faultText),
      rejectedCount: report.rejected.count,
      noted: report.noted.first.map(faultText),
      notes: [...own.survey.notes, ...own.plan.notes],
      text: `${planText(own)}\n${loadText(report)}`,
    };
  } finally {
    store.delete();
  }
}

/** The events that the rows of a file become, in its order, without an engine to keep them. */
export async function readContent(
  name: string,
  content: string,
  schemaFile: SchemaFile,
): Promise<{ readonly events: readonly Fields[]; readonly rejected: readonly string[] }> {
  const data = await ownFile(name, content);
  const schema = await ownFile('schema.json', JSON.stringify(schemaFile));
  const { file, plan } = await surveyOwnEvents({ data, schema }, () => undefined);
  const writer = new EventWriter(plan);
  const events: Fields[] = [];
  const rejected: string[] = [];
  let number = 0;
  for await (const { rows } of readRows(file)) {
    for (const row of rows) {
      const written = isFault(row) ? row : writer.write(row, ++number);
      if (isFault(written)) {
        rejected.push(faultText(written));
        continue;
      }
      const { event } = JSON.parse(`{${written.members}}`) as { event: Record<string, string> };
      events.push(ownDetail(plan.schema, event) as Fields);
    }
  }
  return { events, rejected };
}

/** Loads a file with this content. */
export async function loadContent(
  name: string,
  content: string | Buffer,
  schemaFile?: SchemaFile,
): Promise<Loaded> {
  return loadFile(await ownFile(name, content), schemaFile);
}

/** The names and types of the columns beside id and timestamp. */
export function typesOf({ columns }: TimelineSchema): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.slice(2).map(({ name, type }) => [name, type]));
}
