import type { Schema } from 'eventglass';
import { boundText } from '../bound_text.js';
import { type ExportEnd, type ExportProgress, type ExportRequest } from './export_request.js';
import type { FileSink } from './file_sink.js';
import { requestPage, type ExportPage, type PageAnswer } from './page_request.js';
import type { PageWriter } from './page_writer.js';

/** Rows of a page: some MB of JSON, which with their objects is what an export holds at a time. */
export const pageRows = 20_000;

/** Before a failed page is asked for again: some 15 s in all, in which a backend is back from a restart. */
const retryDelaysMs: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];

/** A backend that asks for more patience is asked again after this at the latest. */
const maxRetryDelayMs = 30_000;

export interface ExportParts {
  readonly writer: PageWriter;
  readonly sink: FileSink;
  readonly signal: AbortSignal;
  readonly onprogress: (progress: ExportProgress) => void;
  /** A page has failed, and is asked for again. */
  readonly onretry: (reason: string) => void;
  readonly delaysMs?: readonly number[];
}

/** Waits, or until `signal` is aborted. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The address of the page after `after`, or of the first one. */
function pageUrl(request: ExportRequest, after: string | undefined, limit: number): string {
  const { backendUrl, filter, start, stop } = request;
  const query = new URLSearchParams({ limit: String(limit) });
  if (after !== undefined) query.set('after', after);
  else if (start !== undefined) query.set('start', start);
  if (stop !== undefined) query.set('stop', stop);
  if (filter !== '') query.set('filter', filter);
  return `${backendUrl}/data?${query.toString()}`;
}

/** Asks for a page until it is there, or there is no more use in it. */
async function pageOf(
  url: string,
  schema: Schema,
  { signal, onretry, delaysMs = retryDelaysMs }: ExportParts,
): Promise<PageAnswer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await requestPage(url, schema, signal);
    const delayMs = delaysMs[attempt];
    if (answer.type === 'page' || answer.isFinal || delayMs === undefined || signal.aborted) {
      return answer;
    }
    onretry(answer.reason);
    await sleep(Math.min(Math.max(delayMs, answer.retryAfterMs ?? 0), maxRetryDelayMs), signal);
  }
}

/** How many events are before the range's end; `undefined` where nobody says so. */
async function rankOfStop(request: ExportRequest, parts: ExportParts): Promise<number | undefined> {
  const { stop } = request;
  if (stop === undefined) return undefined;
  const url = pageUrl({ ...request, start: stop, stop: undefined }, undefined, 1);
  const answer = await requestPage(url, request.schema, parts.signal);
  return answer.type === 'page' ? answer.page.firstRank : undefined;
}

const startedAnew =
  'the event source has started anew, and what follows would be of another history. Export again for all of it.';

/** An export under way. */
class Run {
  readonly #request: ExportRequest;
  readonly #parts: ExportParts;
  #rows = 0;
  #bytes = 0;
  #rowTotal: number | undefined;

  constructor(request: ExportRequest, parts: ExportParts) {
    this.#request = request;
    this.#parts = parts;
  }

  get progress(): ExportProgress {
    return { rows: this.#rows, rowTotal: this.#rowTotal, bytes: this.#bytes };
  }

  /** Writes pages until there are no more. What kept it from that, for people. */
  async writePages(): Promise<string | undefined> {
    const { signal, onprogress } = this.#parts;
    const stopRank = await rankOfStop(this.#request, this.#parts);
    let first: ExportPage | undefined;
    let after: string | undefined;
    for (;;) {
      const answer = await pageOf(
        pageUrl(this.#request, after, pageRows),
        this.#request.schema,
        this.#parts,
      );
      if (signal.aborted) return 'it was cancelled.';
      if (answer.type === 'failed') return `${answer.reason}.`;
      const { page } = answer;
      first ??= page;
      if (page.epoch !== first.epoch) return startedAnew;
      this.#rowTotal = Math.max((stopRank ?? page.matchCount) - first.firstRank, 0);
      const problem = await this.#writePage(page);
      if (problem !== undefined) return problem;
      onprogress(this.progress);
      const last = page.events.at(-1);
      if (!last || page.events.length < pageRows) return undefined;
      after = boundText(last);
    }
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.byteLength === 0) return;
    await this.#parts.sink.write(bytes);
    this.#bytes += bytes.byteLength;
  }

  async #writePage({ events }: ExportPage): Promise<string | undefined> {
    const { writer, sink } = this.#parts;
    const bytes = writer.page(events);
    if (this.#bytes + bytes.byteLength > sink.maxBytes) {
      const limit = String(Math.floor(sink.maxBytes / (1 << 20)));
      return `the browser takes no more than ${limit} MiB this way. Export shorter ranges, one after the other.`;
    }
    await this.write(bytes);
    this.#rows += events.length;
    return undefined;
  }
}

/**
 * Exports page by page. Each is exact at its own cursor: what happens to events of a page after it has been read is not in
 * the file. Whatever ends it early, the file has all rows before that, and is whole in its format. Rejects where the
 * file can't be written.
 */
export async function runExport(request: ExportRequest, parts: ExportParts): Promise<ExportEnd> {
  const run = new Run(request, parts);
  await run.write(parts.writer.begin());
  const problem = await run.writePages();
  await run.write(parts.writer.end());
  return { progress: run.progress, problem };
}
