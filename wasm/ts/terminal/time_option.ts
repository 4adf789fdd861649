import { parseTimeInput } from '../internal/time_input.js';
import type { TimeZone } from '../internal/time_zone.js';
import { UsageFault } from './faults.js';

/** A time as people write it, as a bound; `undefined` where none is given. */
export function readTimeOption(
  name: string,
  text: string | undefined,
  nowMs: number,
  zone: TimeZone,
): string | undefined {
  if (text === undefined) return undefined;
  const time = parseTimeInput(text, nowMs, zone);
  if (time.type === 'time') return String(Math.round(time.timestamp));
  throw new UsageFault(
    `--${name} '${text}' is no time. Try -2h, 14:00, yesterday 14:00, 2026-11-20 14:03:22 or a Unix time.`,
  );
}
