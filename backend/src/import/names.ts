/** Names of columns, without case and punctuation, that hold the time of an event: the likelier, the earlier. */
const timeNames = [
  ...['timestamp', 'eventtime', 'eventtimestamp', 'time', 'datetime', 'ts', 'createdat', 'created'],
  ...[
    'occurredat',
    'date',
    'eventdate',
    'starttime',
    'start',
    'publishedat',
    'published',
    'updatedat',
  ],
  ...['updated', 'when', 't', 'at', 'day'],
];
const timeEnding = /(?:timestamp|time|date|_at|_ts|[a-z]At|_on)$/i;

const idNames = ['id', 'uuid', 'guid', 'eventid', 'rowid', 'key'];

/** The last part of a name, without case and punctuation: `@timestamp` and `event.Timestamp` alike. */
function plain(name: string): string {
  return name
    .slice(name.lastIndexOf('.') + 1)
    .toLowerCase()
    .replace(/[^a-z\d]/g, '');
}

/** How well `name` fits a column of times: 0 where it does not. */
export function timeNameRank(name: string): number {
  const index = timeNames.indexOf(plain(name));
  if (index >= 0) return 2 * timeNames.length - index - depthOf(name);
  return timeEnding.test(name) ? Math.max(1, timeNames.length / 2 - depthOf(name)) : 0;
}

/** The same for a column of ids. Ids of something within an event are none of the event. */
export function idNameRank(name: string): number {
  const index = idNames.indexOf(plain(name));
  return index < 0 || depthOf(name) > 0 ? 0 : idNames.length - index;
}

function depthOf(name: string): number {
  return name.split('.').length - 1;
}

/** What a filter can't have in the name of a column (docs/filter.md). */
const notInFilters = /[\s()":<>=,]+/g;

/** The column that is made of a field: called as the field is, in such a way that filters can name it. */
export function columnName(field: string): string {
  const name = field.trim().replace(notInFilters, '_');
  return name === '' ? 'unnamed' : name;
}
