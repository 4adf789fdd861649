import type { Plan } from '../import/plan.js';
import type { SchemaFile } from '../import/schema_file.js';
import { columnsText } from '../persistence/about.js';
import type { TimelineColumn, TimelineSchema } from '../timeline_schema.js';

const keyColumns: readonly TimelineColumn[] = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
];

/** Columns of events that may come from anywhere: all but those of the key may be missing in one. */
export function storedSchema({ name, columns }: TimelineSchema): TimelineSchema {
  const isKey = ({ type }: TimelineColumn): boolean => type === 'id' || type === 'timestamp';
  return {
    name,
    columns: columns.map((column) => (isKey(column) ? column : { ...column, optional: true })),
  };
}

/** The columns that a schema file names, for events that no file has; `undefined` where it names none. */
export function schemaOfFile(wish: SchemaFile, name: string): TimelineSchema | undefined {
  const { columns = [] } = wish;
  if (columns.length === 0) return undefined;
  const own = columns.map(({ name, type }): TimelineColumn => ({ name, type }));
  return storedSchema({ name: wish.name ?? name, columns: [...keyColumns, ...own] });
}

/** In what a schema file does not agree with a store, for people; `plan` is how the store's file is read. */
export function schemaConflicts(
  wish: SchemaFile,
  schema: TimelineSchema,
  plan: Plan | undefined,
): readonly string[] {
  return [
    ...columnConflicts(wish, schema),
    ...(plan === undefined ? [] : keyConflicts(wish, plan)),
  ];
}

function columnConflicts({ columns, others }: SchemaFile, schema: TimelineSchema): string[] {
  if (columns === undefined) return [];
  const isOwn = ({ type, json }: TimelineColumn): boolean =>
    type !== 'id' && type !== 'timestamp' && json !== true;
  const all = schema.columns.filter(isOwn);
  const kept = others === 'columns' ? all.slice(0, columns.length) : all;
  const [wanted, there] = [columnsText({ columns }), columnsText({ columns: kept })];
  if (wanted === there) return [];
  return [`it names the columns ${wanted || 'none'}; the store has ${there || 'none'}`];
}

function keyConflicts({ id, timestamp }: SchemaFile, plan: Plan): string[] {
  const conflicts: string[] = [];
  const source = (from: string | false | undefined): string =>
    from === undefined || from === false ? 'the numbers of the rows' : JSON.stringify(from);
  if (id !== undefined && source(id) !== source(plan.id)) {
    conflicts.push(`it reads ids from ${source(id)}; the store has them from ${source(plan.id)}`);
  }
  if (timestamp === undefined) return conflicts;
  const { from, form } = plan.timestamp;
  const { from: wantedFrom, as: wantedForm = form } = timestamp;
  if (wantedFrom !== from || wantedForm !== form) {
    conflicts.push(
      `it reads times from ${source(wantedFrom)} as ${wantedForm}; the store has them from ${source(from)} as ${form}`,
    );
  }
  return conflicts;
}
