/** What a number counts since 1970. */
export type TimestampUnit = 's' | 'ms' | 'us' | 'ns';

/** Sizes below which a number counts in a unit: each is right from 1973, and to 5138. */
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = 1e14;
const MICROSECONDS_BELOW = 1e17;

/** Milliseconds since 1970, whole; `undefined` where `value` is no time. */
export function readTimestamp(value: unknown, unit: TimestampUnit | undefined): number | undefined {
  if (typeof value === 'string') return readText(value, unit);
  if (value instanceof Date) return whole(value.getTime());
  return typeof value === 'number' ? readNumber(value, unit) : undefined;
}

function readText(text: string, unit: TimestampUnit | undefined): number | undefined {
  if (/^\s*[-+]?\d+(\.\d*)?\s*$/.test(text)) return readNumber(Number(text), unit);
  return whole(Date.parse(text));
}

function readNumber(value: number, unit = unitOf(value)): number | undefined {
  switch (unit) {
    case 's':
      // A fraction is not exact in binary: 1700000000.001 s are 1700000000000.9999 ms.
      return whole(Math.round(value * 1e3));
    case 'ms':
      return whole(value);
    case 'us':
      return whole(value / 1e3);
    case 'ns':
      return whole(value / 1e6);
  }
}

function unitOf(value: number): TimestampUnit {
  const size = Math.abs(value);
  if (size < SECONDS_BELOW) return 's';
  if (size < MILLISECONDS_BELOW) return 'ms';
  return size < MICROSECONDS_BELOW ? 'us' : 'ns';
}

function whole(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.floor(ms) : undefined;
}
