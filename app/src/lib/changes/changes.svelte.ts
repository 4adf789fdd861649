import type { Cursor } from 'eventglass';
import { filterWithTerm } from '../timeline/filter_terms.js';
import { requestChanges } from './changes_request.js';
import { changesText } from './changes_text.js';

/** What the page does for it. */
export interface ChangesView {
  /** The filter of the rows. */
  readonly filter: string;
  /** Whether the rows follow the live end. */
  readonly following: boolean;
  readonly cursor: Cursor | undefined;
  showFilter(filter: string): void;
}

/** Only what changed is shown: the filter that does so, and the one to go back to. */
interface Narrowed {
  readonly filter: string;
  readonly before: string;
}

/** What has changed since the reader paused, or since the link was made that they came by. */
export class Changes {
  readonly #backendUrl: string;
  readonly #view: ChangesView;
  /** What the reader has not seen anything after; `undefined` at the live end. */
  #since: Cursor | undefined = $state.raw();
  #narrowed: Narrowed | undefined = $state.raw();
  #notice: { readonly text: string; readonly canShow: boolean } | undefined = $state.raw();
  #request: AbortController | undefined;

  constructor(backendUrl: string, view: ChangesView) {
    this.#backendUrl = backendUrl;
    this.#view = view;
  }

  /** Whether there is a state to compare with. */
  get canNarrow(): boolean {
    return this.isNarrowed || this.#since !== undefined;
  }

  /** Whether the rows are only those that have changed. */
  get isNarrowed(): boolean {
    return this.#narrowed !== undefined && this.#narrowed.filter === this.#view.filter;
  }

  /** What to tell the reader. */
  get notice(): string | undefined {
    return this.#notice?.text;
  }

  /** Whether what the notice tells of can be shown. */
  get canShow(): boolean {
    return this.#notice?.canShow === true && !this.isNarrowed && this.#since !== undefined;
  }

  dismiss(): void {
    this.#notice = undefined;
  }

  delete(): void {
    this.#request?.abort();
  }

  /** Keeps the state at which the reader paused: call it from an effect. */
  follow(): void {
    if (this.#view.following && !this.isNarrowed) this.#since = undefined;
    else this.#since ??= this.#view.cursor;
  }

  /** The reader came by a link that was made in the state `since`: tells what has changed. */
  async arrive(since: Cursor): Promise<void> {
    this.#since = since;
    await this.#tell(since, this.#view.filter, 'since this link was made');
  }

  /** Shows only what has changed, or everything again. */
  toggle(): void {
    this.#notice = undefined;
    if (this.isNarrowed) {
      this.#view.showFilter(this.#narrowed?.before ?? '');
      this.#narrowed = undefined;
      return;
    }
    const since = this.#since;
    if (since === undefined) return;
    if (since.epoch !== this.#view.cursor?.epoch) {
      this.#notice = changesText({ type: 'lost', reason: 'epoch_changed' }, 'since then');
      return;
    }
    const before = this.#view.filter;
    const filter = filterWithTerm(before, `seq>${String(since.seq)}`);
    this.#narrowed = { filter, before };
    this.#view.showFilter(filter);
    void this.#tell(since, before, 'since you paused');
  }

  async #tell(since: Cursor, filter: string, phrase: string): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const answer = await requestChanges(this.#backendUrl, { since, filter }, request.signal);
    if (!request.signal.aborted) this.#notice = changesText(answer, phrase);
  }
}
