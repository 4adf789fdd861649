import type { EventKey } from 'eventglass';
import {
  type EventModel,
  type ModelMutation,
  type ModelPage,
  type ModelQuery,
  modelSchema,
} from './event_model.js';
import { writeRowBlock } from './row_block.js';

// docs/protocol.md, written down a second time, for backends that tests script.

function readBound(text: string | null): EventKey | undefined {
  if (text === null) return undefined;
  const [timestamp = '', id = ''] = text.split(',');
  return { timestamp: Number(timestamp), id: decodeURIComponent(id) };
}

function writeBound(key: EventKey | undefined): string {
  return key === undefined ? 'open' : `${key.timestamp},${encodeURIComponent(key.id)}`;
}

export function readQuery(url: string): ModelQuery {
  const { searchParams } = new URL(url, 'http://backend');
  return {
    start: readBound(searchParams.get('start')),
    stop: readBound(searchParams.get('stop')),
    limit: Number(searchParams.get('limit') ?? Infinity),
    direction: searchParams.get('direction') === 'backward' ? 'backward' : 'forward',
  };
}

export const rowsType = 'application/vnd.eventglass.rows';

/** An answer to `GET /data`: a row block where one is preferred, by a client that says so as ours does. */
export function pageAnswer(
  page: ModelPage,
  accept: string,
): { readonly headers: Record<string, string>; readonly body: Uint8Array<ArrayBuffer> | string } {
  if (!accept.startsWith(rowsType)) {
    return { headers: pageHeaders(page), body: JSON.stringify(page.events) };
  }
  const events = page.events.map((event) => ({ ...event }));
  return {
    headers: { ...pageHeaders(page), 'content-type': rowsType },
    body: writeRowBlock(modelSchema, events),
  };
}

export function pageHeaders(page: ModelPage): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'eventglass-epoch': page.epoch,
    'eventglass-seq': String(page.seq),
    'eventglass-total-count': String(page.totalCount),
    'eventglass-covered-begin': writeBound(page.covered.begin),
    'eventglass-covered-end': writeBound(page.covered.end),
  };
}

export function batchMessage(
  epoch: string,
  prevSeq: number,
  mutations: readonly ModelMutation[],
): string {
  const seq = mutations.at(-1)?.seq ?? prevSeq;
  return JSON.stringify({ type: 'batch', epoch, prevSeq, seq, mutations });
}

export function progressMessage(model: EventModel): string {
  return JSON.stringify({ type: 'progress', ...position(model) });
}

/** What a feed begins with, and the seq after which it goes on. */
export function greeting(
  url: string,
  model: EventModel,
  logBeginSeq: number,
): { readonly message: string; readonly seq: number } {
  const { searchParams } = new URL(url, 'http://backend');
  const epoch = searchParams.get('epoch');
  const seq = Number(searchParams.get('seq'));
  const reason = (): string | undefined => {
    if (epoch === null) return undefined;
    if (epoch !== model.epoch) return 'epoch_changed';
    if (seq > model.seq) return 'cursor_in_future';
    return seq < logBeginSeq ? 'log_truncated' : undefined;
  };
  const why = reason();
  if (why !== undefined) {
    return {
      message: JSON.stringify({ type: 'reset', reason: why, ...position(model) }),
      seq: model.seq,
    };
  }
  const from = epoch === null ? model.seq : seq;
  return { message: JSON.stringify({ type: 'resume', ...position(model), seq: from }), seq: from };
}

function position(model: EventModel): object {
  return { epoch: model.epoch, seq: model.seq, totalCount: model.events.length };
}
