import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { CellValue } from 'eventglass';
import { type Request, type RequestHandler, type Response, Router } from 'express';

import type { EventSource, PageHead, PageRequest } from '../source/event_source.js';
import { formatBound } from '../store/bounds.js';
import { dictionaryColumns } from '../timeline_schema.js';
import { readChangesRequest } from './changes_request.js';
import type { ClientAddress } from './client_address.js';
import { readDensityRequest } from './density_request.js';
import { entityTag } from './entity_tag.js';
import { readEventRequest } from './event_request.js';
import { readFacetsRequest } from './facets_request.js';
import { HttpError } from './http_error.js';
import { type PageLimits, PagesUnderWay } from './page_limits.js';
import { readPageRequest } from './page_request.js';
import { readParameters } from './query_parameters.js';

/** The headers that tell of a page's state. */
export const pageHeaders = [
  'Eventglass-Epoch',
  'Eventglass-Seq',
  'Eventglass-Total-Count',
  'Eventglass-Match-Count',
  'Eventglass-Covered-Begin',
  'Eventglass-Covered-End',
  'Eventglass-First-Rank',
] as const;

/** The media type of a row block (docs/row_block.md). */
export const rowsType = 'application/vnd.eventglass.rows';

/** The values of an event by the names of their columns. */
type EventFields = Readonly<Record<string, CellValue>>;

export interface DataRoutesOptions {
  readonly source: EventSource;
  /** One event as `GET /data?id=…` answers it, given all that the source has of it. */
  readonly detailOf: (event: EventFields) => object;
  readonly pageLimits: PageLimits;
  readonly addressOf: ClientAddress;
}

/** `GET /data` for pages and single events, its `schema`, `density`, `facets` and `changes`, and `GET /data/:id`. */
export function dataRoutes(options: DataRoutesOptions): Router {
  const { source, detailOf, pageLimits, addressOf } = options;
  const counted = dictionaryColumns(source.schema);
  const underWay = new PagesUnderWay(pageLimits);

  const getPage: RequestHandler = async (request, response) => {
    const asked = readPageRequest(request.originalUrl, {
      address: addressOf(request),
      format: preferredFormat(request),
    });
    const { head, body } = await source.readPage(asked, (head) => {
      setPageHeaders(response, head, asked);
      if (isKnown(request)) response.status(304);
      if (response.statusCode === 304 || request.method === 'HEAD') return false;
      underWay.check(head.rowCount);
      return true;
    });
    if (body === undefined) {
      response.end();
      return;
    }
    const byteCount = body.reduce((sum, piece) => sum + piece.byteLength, 0);
    await underWay.during(head.rowCount, byteCount, () => send(response, body));
  };

  const getSchema: RequestHandler = (request, response) => {
    readParameters(request.originalUrl, []);
    response.json(source.schema);
  };

  const getDensity: RequestHandler = async (request, response) => {
    const { cursor, counts, ...density } = await source.readDensity(
      readDensityRequest(request.originalUrl, addressOf(request)),
    );
    response.json({ ...cursor, ...density, counts: Array.from(counts) });
  };

  const getFacets: RequestHandler = async (request, response) => {
    const { cursor, ...facets } = await source.readFacets(
      readFacetsRequest(request.originalUrl, { address: addressOf(request), counted }),
    );
    response.json({ ...cursor, ...facets });
  };

  const getChanges: RequestHandler = async (request, response) => {
    const { cursor, changes } = await source.readChanges(
      readChangesRequest(request.originalUrl, addressOf(request)),
    );
    response.json({ ...cursor, ...(typeof changes === 'string' ? { lost: changes } : changes) });
  };

  const sendEvent = async (id: string, response: Response): Promise<void> => {
    const json = await source.readEvent(id);
    if (json === undefined) {
      throw new HttpError(404, { code: 'not_found', message: 'there is no event with this id' });
    }
    response.json(detailOf(JSON.parse(json) as EventFields));
  };

  const getPageOrEvent: RequestHandler = async (request, response, next) => {
    const id = readEventRequest(request.originalUrl);
    if (id === undefined) await getPage(request, response, next);
    else await sendEvent(id, response);
  };

  const getEvent: RequestHandler<{ id: string }> = async (request, response) => {
    readParameters(request.originalUrl, []);
    await sendEvent(request.params.id, response);
  };

  // Ids that differ from these names in their case alone stay within reach.
  return Router({ caseSensitive: true })
    .get('/data', getPageOrEvent)
    .get('/data/schema', getSchema)
    .get('/data/density', getDensity)
    .get('/data/facets', getFacets)
    .get('/data/changes', getChanges)
    .get('/data/:id', getEvent);
}

/** A row block where a client prefers it; JSON is what one gets that does not say. */
function preferredFormat(request: Request): PageRequest['format'] {
  return request.accepts(['json', rowsType]) === rowsType ? 'rows' : 'json';
}

/** What a page says of itself before its body: state, type, and whether it may be asked for by its tag. */
function setPageHeaders(response: Response, head: PageHead, { filter }: PageRequest): void {
  const { cursor, totalCount, matchCount, covered, firstRank, rangeSeq, format } = head;
  const values: Partial<Record<(typeof pageHeaders)[number], string>> = {
    'Eventglass-Epoch': cursor.epoch,
    'Eventglass-Seq': String(cursor.seq),
    'Eventglass-Total-Count': String(totalCount),
    ...(filter === '' ? {} : { 'Eventglass-Match-Count': String(matchCount) }),
    'Eventglass-Covered-Begin': formatBound(covered.begin),
    'Eventglass-Covered-End': formatBound(covered.end),
    'Eventglass-First-Rank': String(firstRank),
  };
  response.set(values);
  response.vary('Accept').type(format === 'rows' ? rowsType : 'json');
  if (rangeSeq === undefined) return;
  response.set({ 'Cache-Control': 'no-cache', ETag: entityTag(head, rangeSeq) });
}

/**
 * Whether the client has this very page, by its `If-None-Match`. Browsers add that header below
 * CORS, so it needs no leave of its own.
 */
function isKnown(request: Request): boolean {
  // Express sends everything to who says `no-cache`, and `fetch` says so by itself beside a tag
  // that a program names.
  delete request.headers['cache-control'];
  return request.fresh;
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
