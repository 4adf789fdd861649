import type { TimelineRow } from '@eventglass/table/timeline/row.js';
import { loadingView, viewAfter, type DetailView } from './detail_view.js';
import { requestEvent, type EventAnswer } from './event_request.js';
import { eventUrl } from './event_url.js';

/** Stepping through rows asks for those that the reader stays at. */
const openDelayMs = 40;

/** Mutations come several at a time; they are read once. */
const refreshDelayMs = 150;

/** Of an event that is not among the rows on screen, or could not be read, nobody tells what happens. */
const pollDelayMs = 5_000;

/** What tells two states of the event apart. */
function stateOf(row: TimelineRow | undefined): string {
  return row ? `${String(row.rowId)} ${String(row.version)}` : '';
}

/** One event with its payload, read from the backend and again whenever its row has changed. */
export class EventDetail {
  readonly #backendUrl: string;
  #view: DetailView = $state.raw(loadingView);
  #id: string | undefined;
  #state = '';
  #request: AbortController | undefined;
  #isOutdated = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(backendUrl: string) {
    this.#backendUrl = backendUrl;
  }

  get view(): DetailView {
    return this.#view;
  }

  /** Shows the event `id`, whose row is `drawn` if it is on screen. Call it whenever that changes. */
  show(id: string, drawn: TimelineRow | undefined): void {
    const state = stateOf(drawn);
    if (id !== this.#id) {
      this.#stop();
      this.#id = id;
      this.#state = state;
      this.#view = loadingView;
      this.#loadAfter(openDelayMs);
    } else if (state !== this.#state) {
      this.#state = state;
      this.#refresh(refreshDelayMs);
    }
  }

  /** Reads the event again now. */
  retry(): void {
    this.#refresh(0);
  }

  delete(): void {
    this.#stop();
    this.#id = undefined;
  }

  #stop(): void {
    this.#request?.abort();
    this.#request = undefined;
    this.#isOutdated = false;
    clearTimeout(this.#timer);
  }

  /** A request under way may have been answered before the change: it is made again after it. */
  #refresh(delayMs: number): void {
    if (this.#request) this.#isOutdated = true;
    else this.#loadAfter(delayMs);
  }

  #loadAfter(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), delayMs);
  }

  async #load(): Promise<void> {
    const id = this.#id;
    if (id === undefined) return;
    const request = new AbortController();
    this.#request = request;
    const answer = await this.#ask(id, request.signal);
    if (request.signal.aborted) return;
    this.#request = undefined;
    this.#view = viewAfter(this.#view, answer, Date.now());
    const isFollowed = answer.type === 'none' || (answer.type === 'event' && this.#state !== '');
    if (this.#isOutdated) this.#loadAfter(refreshDelayMs);
    else if (!isFollowed) this.#loadAfter(pollDelayMs);
    this.#isOutdated = false;
  }

  #ask(id: string, signal: AbortSignal): Promise<EventAnswer> {
    const url = eventUrl(this.#backendUrl, id);
    if (url !== undefined) return requestEvent(url, id, signal);
    return Promise.resolve({ type: 'failed', reason: 'no address can name an event with this id' });
  }
}
