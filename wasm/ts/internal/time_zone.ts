/** How clocks are set somewhere. */
export interface TimeZone {
  /** `UTC` or a name of the IANA database, such as `Europe/Berlin`. */
  readonly name: string;
  /** Milliseconds that clocks there are ahead of UTC at `timestamp`, in ms since 1970. */
  offsetMs(timestamp: number): number;
}

export const utc: TimeZone = { name: 'UTC', offsetMs: () => 0 };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What a Date can hold, either way, less the two days that clocks can be apart from UTC and from each other. */
const farthestMs = 8.64e15;
const farthestAskedMs = farthestMs - 2 * dayMs;

/** Hours of which the offset is remembered: more than a screen of rows and a strip of ticks ask for at once. */
const maxKnownHours = 2_000;

/** Names of the database, and only those: engines differ in whether they take offsets such as `+05:30` for zones. */
const namePattern = /^[A-Za-z][\w+-]{0,30}(?:\/[A-Za-z][\w+-]{0,30}){0,2}$/;

/** A zone as the engine's copy of the IANA database has it. */
class NamedZone implements TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  /** By the hour: the offset where it is one all through the hour, NaN where it is not. */
  readonly #knownHours = new Map<number, number>();

  /** Throws a RangeError if there is no such zone. */
  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  offsetMs(timestamp: number): number {
    const time = Math.min(Math.max(timestamp, -farthestAskedMs), farthestAskedMs);
    const hour = Math.floor(time / hourMs);
    let offsetMs = this.#knownHours.get(hour);
    if (offsetMs === undefined) {
      const first = this.#askOffset(hour * hourMs);
      offsetMs = this.#askOffset((hour + 1) * hourMs - 1) === first ? first : NaN;
      if (this.#knownHours.size >= maxKnownHours) this.#knownHours.clear();
      this.#knownHours.set(hour, offsetMs);
    }
    return Number.isNaN(offsetMs) ? this.#askOffset(time) : offsetMs;
  }

  #askOffset(timestamp: number): number {
    const second = Math.floor(timestamp / 1_000) * 1_000;
    const parts = new Map(
      this.#format.formatToParts(second).map(({ type, value }) => [type, value]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const isBeforeChrist = parts.get('era')?.startsWith('B') ?? false;
    const wall = new Date(0);
    wall.setUTCFullYear(
      isBeforeChrist ? 1 - part('year') : part('year'),
      part('month') - 1,
      part('day'),
    );
    wall.setUTCHours(part('hour'), part('minute'), part('second'));
    return wall.getTime() - second;
  }
}

const zones = new Map<string, TimeZone | undefined>([[utc.name, utc]]);

/** Names that are remembered: a server is asked for whatever links name. */
const maxZones = 500;

/** The zone of this name; `undefined` if there is none. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (name.length > 64 || !namePattern.test(name)) return undefined;
  if (zones.has(name)) return zones.get(name);
  let zone: TimeZone | undefined;
  try {
    zone = new NamedZone(name);
  } catch {
    zone = undefined;
  }
  if (zones.size < maxZones) zones.set(name, zone);
  return zone;
}

/** The zone of this name; UTC if there is none. */
export function timeZone(name: string): TimeZone {
  return findTimeZone(name) ?? utc;
}

/** What clocks in `zone` show at `timestamp`, as the time in UTC at which UTC's clocks show the same. */
export function wallTime(timestamp: number, zone: TimeZone): number {
  const wallMs = timestamp + zone.offsetMs(timestamp);
  return Math.min(Math.max(wallMs, -farthestMs), farthestMs);
}

/**
 * When clocks in `zone` show `wallMs` (as `wallTime` answers it): the first time of two, where they are set back. Where they
 * are set forward past it, as much later as they are set forward by.
 */
export function timeOfWall(wallMs: number, zone: TimeZone): number {
  const before = zone.offsetMs(wallMs - dayMs);
  const after = zone.offsetMs(wallMs + dayMs);
  for (const offsetMs of [Math.max(before, after), Math.min(before, after)]) {
    const timestamp = wallMs - offsetMs;
    if (zone.offsetMs(timestamp) === offsetMs) return timestamp;
  }
  return wallMs - before;
}
