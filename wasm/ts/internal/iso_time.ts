import { timeOfWall, utc, type TimeZone } from './time_zone.js';

/** Milliseconds since 1970 that a Date can hold, either way. */
const largestTimestampMs = 8.64e15;

const pattern = new RegExp(
  String.raw`^(?<year>\d{4}|[+-]\d{6})-(?<month>\d\d)-(?<day>\d\d)` +
    String.raw`(?:[T ](?<hour>\d\d?):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?` +
    String.raw` ?(?<zone>Z|[+-]\d\d:?\d\d)?)?$`,
  'i',
);

/** Milliseconds that a zone such as `+05:30` is ahead of UTC; `undefined` if there is no such zone. */
function zoneOffsetMs(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.replace(':', '');
  const hours = Number(digits.slice(1, 3));
  const minutes = Number(digits.slice(3, 5));
  if (hours > 23 || minutes > 59) return undefined;
  return (digits.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/**
 * The time that an ISO 8601 text names, in ms since 1970. A blank may stand for `T`, seconds and the time
 * of day may be missing, and without a zone it is one that clocks in `zone` show. `undefined` if it names none, such as 30 February.
 */
export function parseIsoTime(text: string, zone: TimeZone = utc): number | undefined {
  const groups = pattern.exec(text.trim())?.groups;
  if (!groups) return undefined;
  const part = (name: string) => Number(groups[name] ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  // A day that the month lacks has become another month's.
  if (date.getUTCMonth() !== part('month') - 1) return undefined;
  if (part('hour') > 23 || part('minute') > 59 || part('second') > 59) return undefined;
  const milliseconds = Number((groups['fraction'] ?? '').padEnd(3, '0').slice(0, 3));
  const wallMs =
    date.getTime() +
    ((part('hour') * 60 + part('minute')) * 60 + part('second')) * 1_000 +
    milliseconds;
  const named = groups['zone'];
  const offsetMs = named === undefined ? undefined : zoneOffsetMs(named);
  if (named !== undefined && offsetMs === undefined) return undefined;
  const timestamp = offsetMs === undefined ? timeOfWall(wallMs, zone) : wallMs - offsetMs;
  return Math.abs(timestamp) <= largestTimestampMs ? timestamp : undefined;
}
