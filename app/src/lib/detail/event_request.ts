import { requestFromBackend, type Failed } from '../backend_request.js';
import { isObject, type JsonObject } from '../json.js';

/** What the backend says of one event. */
export type EventAnswer =
  /** `json` is the text that `event` was read from. */
  | { readonly type: 'event'; readonly event: JsonObject; readonly json: string }
  /** There is no such event. */
  | { readonly type: 'none' }
  | Failed;

/** Payloads of third parties are a few kB; one past this is not read to its end. */
const maxEventBytes = 8 << 20;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The event `id` of an answer's text; `undefined` if it is not that. */
export function parseEvent(json: string, id: string): JsonObject | undefined {
  const event = parse(json);
  if (!isObject(event) || event['id'] !== id) return undefined;
  return typeof event['timestamp'] === 'number' ? event : undefined;
}

/** Whether the backend itself says so, not something on the way to it. */
function isNotFound(json: string): boolean {
  const answer = parse(json);
  return isObject(answer) && isObject(answer['error']) && answer['error']['code'] === 'not_found';
}

/** The text of an answer; `undefined` if it has more than `maxBytes`. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let byteCount = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    byteCount += value.byteLength;
    if (byteCount > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

async function readAnswer(response: Response, id: string): Promise<EventAnswer> {
  const json = await readText(response, maxEventBytes);
  if (json === undefined) return { type: 'failed', reason: 'the event has more than 8 MiB' };
  if (response.status === 404 && isNotFound(json)) return { type: 'none' };
  if (!response.ok) {
    return { type: 'failed', reason: `the answer has status ${String(response.status)}` };
  }
  const event = parseEvent(json, id);
  return event
    ? { type: 'event', event, json }
    : { type: 'failed', reason: 'the answer is not this event' };
}

/** Asks for the event `id` at `url`. Never rejects; once `signal` is aborted the answer says nothing. */
export function requestEvent(url: string, id: string, signal: AbortSignal): Promise<EventAnswer> {
  return requestFromBackend(url, signal, (response) => readAnswer(response, id));
}
