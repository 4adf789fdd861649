import type { EventKey } from 'eventglass';

/** A bound as docs/protocol.md writes it: the time alone where the id is empty. `isAfter` names the bound right after the key. */
export function boundText({ timestamp, id }: EventKey, isAfter = false): string {
  // Half a character, which nothing on the wire has, can't be encoded.
  const wellFormed = `${id}${isAfter ? '\u0000' : ''}`.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return wellFormed === ''
    ? String(timestamp)
    : `${String(timestamp)},${encodeURIComponent(wellFormed)}`;
}
