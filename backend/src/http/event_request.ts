import { hasParameter, readParameters } from './query_parameters.js';

/**
 * The id that `GET /data?id=…` asks for; `undefined` where it asks for a page. A path can't name every event: whoever sends
 * `/data/..` resolves it first.
 *
 * @throws {HttpError} 400 for an id that is no text, and for other parameters beside it.
 */
export function readEventRequest(url: string): string | undefined {
  return hasParameter(url, 'id') ? readParameters(url, ['id']).id : undefined;
}
