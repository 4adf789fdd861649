import type { Schema } from 'eventglass';

import type { TimelineSchema } from './timeline_schema.js';

/** The columns of the demo's events, in display order, as the engine and its clients hold them. */
export const eventSchema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'source', type: 'dictionary' },
  { name: 'type', type: 'dictionary' },
  { name: 'severity', type: 'dictionary' },
  { name: 'actor', type: 'dictionary' },
  { name: 'message', type: 'text' },
  { name: 'amount', type: 'number' },
] as const satisfies Schema;

/** The timeline of the simulation: what the backend serves unless it is given other events. */
export const demoSchema: TimelineSchema = {
  name: 'Demo',
  columns: eventSchema.map((column) =>
    column.name === 'amount' ? { ...column, optional: true } : column,
  ),
};

/** One event of the demo, as pages and the feed carry it. */
export interface Event {
  readonly id: string;
  /** Milliseconds since 1970, UTC. */
  readonly timestamp: number;
  readonly source: string;
  readonly type: string;
  readonly severity: string;
  readonly actor: string;
  readonly message: string;
  readonly amount?: number;
}
