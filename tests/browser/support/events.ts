import type { Event } from '@eventglass/backend/schema';

/** An event like any other, but for what a test is about. */
export function eventAt(timestamp: number, id: string, message: string): Event {
  return {
    id,
    timestamp,
    source: 'chat',
    type: 'message.posted',
    severity: 'info',
    actor: 'Ada Test',
    message,
  };
}
