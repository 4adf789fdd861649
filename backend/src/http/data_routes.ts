import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { type Request, type RequestHandler, type Response, Router } from 'express';

import type { Event } from '../event_schema.js';
import { payloadOf } from '../simulation/payload.js';
import { formatBound } from '../store/bounds.js';
import type { EventStore } from '../store/event_store.js';
import { HttpError } from './http_error.js';
import { type Page, locatePage } from './page.js';
import { type PageLimits, PagesUnderWay } from './page_limits.js';
import { maxPageLimit, readPageRequest } from './page_request.js';
import { readParameters } from './query_parameters.js';

/** The headers that tell of a page's state; a page of another origin has to be allowed to read them. */
export const pageHeaders = [
  'Eventglass-Epoch',
  'Eventglass-Seq',
  'Eventglass-Total-Count',
  'Eventglass-Covered-Begin',
  'Eventglass-Covered-End',
] as const;

/** The media type of a row block (docs/row_block.md). */
export const rowsType = 'application/vnd.eventglass.rows';

export interface DataRoutesOptions {
  readonly store: EventStore;
  readonly seed: number;
  readonly pageLimits: PageLimits;
}

/** `GET /data` and `GET /data/:id`. */
export function dataRoutes({ store, seed, pageLimits }: DataRoutesOptions): Router {
  const underWay = new PagesUnderWay(pageLimits);

  const getPage: RequestHandler = async (request, response) => {
    const page = locatePage(store, readPageRequest(request.originalUrl));
    const rowCount = page.rows.end - page.rows.begin;
    underWay.check(rowCount);
    // No await before the rows are copied: they are those of the page's cursor.
    setPageHeaders(response, page);
    // A block comes in one piece, so larger pages are JSON whatever is asked for.
    const isBlock = rowCount <= maxPageLimit && prefersRows(request);
    response.vary('Accept').type(isBlock ? rowsType : 'json');
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const pieces = isBlock ? [store.readBlock(page.rows)] : store.readJson(page.rows);
    const byteCount = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    await underWay.during(rowCount, byteCount, () => send(response, pieces));
  };

  const getEvent: RequestHandler<{ id: string }> = (request, response) => {
    readParameters(request.originalUrl, []);
    const json = store.readEventJson(request.params.id);
    if (json === undefined) {
      throw new HttpError(404, { code: 'not_found', message: 'there is no event with this id' });
    }
    const event = JSON.parse(json) as Event;
    response.json({ ...event, payload: payloadOf(seed, event) });
  };

  return Router().get('/data', getPage).get('/data/:id', getEvent);
}

/** Whether a client would rather have a row block than JSON, which is what one gets that does not say. */
function prefersRows(request: Request): boolean {
  return request.accepts(['json', rowsType]) === rowsType;
}

function setPageHeaders(response: Response, { cursor, totalCount, covered }: Page): void {
  const values: Record<(typeof pageHeaders)[number], string> = {
    'Eventglass-Epoch': cursor.epoch,
    'Eventglass-Seq': String(cursor.seq),
    'Eventglass-Total-Count': String(totalCount),
    'Eventglass-Covered-Begin': formatBound(covered.begin),
    'Eventglass-Covered-End': formatBound(covered.end),
  };
  response.set(values);
}

/** Sends `pieces` as fast as the client takes them; gives up where it goes away. */
async function send(response: Response, pieces: readonly Buffer[]): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), response);
  } catch (error) {
    // The client is gone, and with it whoever could be told of it.
    if (!response.destroyed) throw error;
  }
}
