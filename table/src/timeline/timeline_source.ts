import type { ClientOptions } from 'eventglass/client';

/** Where a timeline's events come from, and how many of them the window holds. */
export type TimelineSource = Pick<
  ClientOptions,
  'backendUrl' | 'source' | 'capacityRows' | 'worker'
>;
