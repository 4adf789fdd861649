import type { Engine } from 'eventglass';
import type { EventModel, ModelEvent } from './event_model.js';

/** The events that a window holds, as the backend would answer them. */
export function windowEvents(engine: Engine): readonly unknown[] {
  const json = engine.writeJson({ begin: 0, end: engine.rowCount });
  const events: unknown = JSON.parse(new TextDecoder().decode(json));
  return Array.isArray(events) ? events : [events];
}

/** The events that a window at its cursor must hold: those that match its filter. */
export function expectedEvents(
  engine: Engine,
  model: EventModel,
  filter = '',
): readonly ModelEvent[] {
  const { cursor, coverage } = engine;
  if (cursor === undefined || coverage === undefined) return [];
  return model.eventsAt(cursor.seq, coverage, filter);
}
