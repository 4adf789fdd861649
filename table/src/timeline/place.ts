import type { EventKey } from 'eventglass';

/** A place in a timeline: the live end, or the event (or moment) at the top of the viewport. */
export type Place =
  | {
      /** The live end. */
      readonly type: 'live';
    }
  | {
      /** An event or a moment. */
      readonly type: 'key';
      /** Of the event; of a moment its time, with an empty id. */
      readonly key: EventKey;
      /** Pixels of the event's row that are above the viewport's top edge; none unless told. */
      readonly offsetPx?: number;
    };

export const livePlace: Place = { type: 'live' };

/** The smallest key there is: the beginning of any timeline. */
export const firstPlace: Place = { type: 'key', key: { timestamp: -8.64e15, id: '' } };

/** Whether two places are one, to the pixel. */
export function isSamePlace(a: Place, b: Place | undefined): boolean {
  if (a.type === 'live' || b?.type !== 'key') return a.type === b?.type;
  return (
    a.key.timestamp === b.key.timestamp &&
    a.key.id === b.key.id &&
    (a.offsetPx ?? 0) === (b.offsetPx ?? 0)
  );
}
