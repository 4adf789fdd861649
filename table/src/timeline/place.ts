import type { EventKey } from 'eventglass';

/** The place that a URL names: the live end, or the event (or moment) at the top of the viewport. */
export type Place =
  | { readonly type: 'live' }
  | {
      readonly type: 'key';
      readonly key: EventKey;
      /** Pixels of the event's row that are above the viewport's top edge; none unless told. */
      readonly offsetPx?: number;
    };

export const livePlace: Place = { type: 'live' };

/** The smallest key there is: the beginning of any timeline. */
export const firstPlace: Place = { type: 'key', key: { timestamp: -8.64e15, id: '' } };
