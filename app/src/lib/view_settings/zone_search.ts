import { findTimeZone } from 'eventglass/internal/time_zone.js';

/** As many as one looks through. */
const maxFound = 60;

/** Places that browsers still list by an older name, and take by the present one. */
const renamedZones = [
  'America/Argentina/Buenos_Aires',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
] as const;

/** The zones that the browser knows, and UTC. */
const allZones: readonly string[] = [
  ...new Set([
    'UTC',
    ...Intl.supportedValuesOf('timeZone'),
    ...renamedZones.filter((name) => findTimeZone(name)),
  ]),
];

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s_/-]+/g, ' ')
    .trim();
}

/**
 * Zones with all words of `text` in their names, such as `new york` or `europe b`: those first where a part of the name
 * begins with it, and at most 60.
 */
export function zonesLike(text: string, zones: readonly string[] = allZones): readonly string[] {
  const wanted = plain(text);
  const words = wanted.split(' ');
  const found = zones.filter((zone) => words.every((word) => plain(zone).includes(word)));
  const beginsSo = (zone: string) => ` ${plain(zone)}`.includes(` ${wanted}`);
  return [...found.filter(beginsSo), ...found.filter((zone) => !beginsSo(zone))].slice(0, maxFound);
}
