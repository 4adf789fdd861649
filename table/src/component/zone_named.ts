import { findTimeZone } from 'eventglass/internal/time_zone.js';

/** `UTC`, `local`, or a zone of the IANA database. Throws a RangeError where there is no such zone. */
export function zoneNamed(name: string): { readonly name: string } {
  const wanted = name === 'local' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : name;
  const zone = findTimeZone(wanted);
  if (!zone) throw new RangeError(`eventglass: “${name.slice(0, 40)}” is not a known time zone`);
  return { name: zone.name };
}
