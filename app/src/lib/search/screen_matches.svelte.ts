import type { TimelineRow } from '@eventglass/table/timeline/row.js';
import { requestMatches, type SearchedTimeline } from './search_request.js';

/** Rows that stream in are looked at that often. */
const askIntervalMs = 300;

/** More rows than a screen and what is drawn around it have. */
const maxRows = 500;

/** Which of the drawn rows match a search, as the backend says. */
export class ScreenMatches {
  readonly #searched: SearchedTimeline;
  #ids: readonly string[] = $state.raw([]);
  #filter: string | undefined;
  #rows: readonly TimelineRow[] = [];
  #request: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAtMs = -Infinity;

  constructor(searched: SearchedTimeline) {
    this.#searched = searched;
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  /** Looks at these rows for what matches `filter`; `undefined` for nothing. Call it whenever they are others. */
  show(filter: string | undefined, rows: readonly TimelineRow[]): void {
    this.#rows = rows;
    if (filter !== this.#filter) {
      this.#filter = filter;
      this.#request?.abort();
      this.#request = undefined;
      this.#ids = [];
    }
    if (filter === undefined || rows.length === 0) return;
    const waitMs = Math.max(0, this.#askedAtMs + askIntervalMs - performance.now());
    this.#timer ??= setTimeout(() => void this.#ask(), waitMs);
  }

  delete(): void {
    this.#request?.abort();
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#askedAtMs = performance.now();
    const first = this.#rows[0];
    const last = this.#rows.at(-1);
    if (this.#filter === undefined || !first || !last) return;
    if (document.visibilityState !== 'visible') return;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const bound = { type: 'from' as const, key: first };
    const asked = {
      filter: this.#filter,
      direction: 'forward',
      bound,
      last,
      limit: maxRows,
    } as const;
    const answer = await requestMatches(this.#searched, asked, request.signal);
    if (request.signal.aborted || answer.type !== 'matches') return;
    this.#ids = answer.rows.map(({ id }) => id);
  }
}
