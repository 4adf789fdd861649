import type { Cursor } from 'eventglass';
import { isCount } from '../backend_answer.js';
import { requestFromBackend, type Failed } from '../backend_request.js';
import { isObject } from '../json.js';

/** How many events have become what (docs/protocol.md, `GET /data/changes`). */
interface ChangeCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export type ChangesAnswer =
  | { readonly type: 'changes'; readonly counts: ChangeCounts }
  /** Nobody can tell any more, for the backend's reason. */
  | { readonly type: 'lost'; readonly reason: string }
  | Failed;

/** What an answer says. */
export function parseChanges(answer: unknown): ChangesAnswer {
  if (isObject(answer)) {
    const { lost, inserted, updated, deleted } = answer;
    if (typeof lost === 'string') return { type: 'lost', reason: lost };
    if (isCount(inserted) && isCount(updated) && isCount(deleted))
      return { type: 'changes', counts: { inserted, updated, deleted } };
  }
  return { type: 'failed', reason: 'the answer has no such counts' };
}

async function readAnswer(response: Response): Promise<ChangesAnswer> {
  if (!response.ok)
    return { type: 'failed', reason: `the answer has status ${String(response.status)}` };
  return parseChanges(await response.json().catch(() => undefined));
}

/** Asks what has changed since a state. Never rejects; once `signal` is aborted the answer says nothing. */
export function requestChanges(
  backendUrl: string,
  asked: { readonly since: Cursor; readonly filter: string },
  signal: AbortSignal,
): Promise<ChangesAnswer> {
  const { since, filter } = asked;
  const query = new URLSearchParams({ epoch: since.epoch, seq: String(since.seq) });
  if (filter !== '') query.set('filter', filter);
  return requestFromBackend(`${backendUrl}/data/changes?${query.toString()}`, signal, readAnswer);
}
