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

/** The backend's events from a rank on, as it counts them now. */
export async function eventsAtRank(
  backendUrl: string,
  rank: number,
  limit: number,
): Promise<readonly Event[]> {
  const answer = await fetch(`${backendUrl}/data?rank=${String(rank)}&limit=${String(limit)}`);
  if (!answer.ok) throw new Error(`${String(answer.status)}: ${await answer.text()}`);
  return (await answer.json()) as readonly Event[];
}
