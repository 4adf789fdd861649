import { requestFacets, type Facet } from './facets_request.js';
import { columnsByFilter } from '../timeline/filter_terms.js';

/** More than anybody looks through; the filter finds the others. */
const shownLimit = 50;

/** Counts change slowly beside rows. */
const refreshDelayMs = 2_000;

/** Values to complete a filter with, and how long they are new enough for that. */
const completedLimit = 200;
const completedForMs = 60_000;

/** What is to be shown. */
export interface FacetsWish {
  readonly filter: string;
  readonly columns: readonly string[];
  /** Whether counts are to keep up with what happens. */
  readonly isLive: boolean;
}

function facetOf(facets: readonly Facet[], column: string): Facet | undefined {
  return facets.find((facet) => facet.column === column);
}

/** The values of columns with the events that match a filter, read from the backend again and again while they are shown. */
export class Facets {
  readonly #backendUrl: string;
  readonly #columns: readonly string[];
  #facets: readonly Facet[] = $state.raw([]);
  #problem: string | undefined = $state();
  #completed: readonly Facet[] = $state.raw([]);
  #completedAtMs = -Infinity;
  #wish: FacetsWish | undefined;
  #request: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `columns`: those whose values can be counted. */
  constructor(backendUrl: string, columns: readonly string[]) {
    this.#backendUrl = backendUrl;
    this.#columns = columns;
  }

  /** `undefined` until it has been read. It stays while a newer one is on its way, or can't be had. */
  facet(column: string): Facet | undefined {
    return facetOf(this.#facets, column);
  }

  /** Why what is shown is not up to date, for people. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Values that are known of a column, the most frequent ones first. */
  valuesOf(column: string): readonly string[] {
    const known = facetOf(this.#completed, column) ?? facetOf(this.#facets, column);
    return known?.values.map(({ value }) => value) ?? [];
  }

  /** Reads what is wished for now, in place of what is under way. Call it whenever that changes. */
  show(wish: FacetsWish): void {
    this.#wish = wish;
    void this.#load();
  }

  /** Nothing is shown any more. */
  hide(): void {
    this.#wish = undefined;
    this.#stop();
  }

  /** The page can be seen again. */
  resume(): void {
    if (this.#wish && !this.#request) void this.#load();
  }

  /** Reads values of all events, to complete a filter with. Where that fails, those that are known have to do. */
  async prepareValues(): Promise<void> {
    if (this.#columns.length === 0) return;
    if (performance.now() - this.#completedAtMs < completedForMs) return;
    this.#completedAtMs = performance.now();
    const asked = { filter: '', columns: this.#columns, limit: completedLimit };
    const answer = await requestFacets(this.#backendUrl, asked, new AbortController().signal);
    if (answer.type === 'facets') {
      this.#completed = answer.facets;
    } else {
      this.#completedAtMs = -Infinity;
    }
  }

  #stop(): void {
    this.#request?.abort();
    this.#request = undefined;
    clearTimeout(this.#timer);
  }

  async #load(): Promise<void> {
    this.#stop();
    if (!this.#wish) return;
    const { filter, columns, isLive } = this.#wish;
    const request = new AbortController();
    this.#request = request;
    const answers = await Promise.all(
      [...columnsByFilter(filter, columns)].map(([filter, columns]) =>
        requestFacets(this.#backendUrl, { filter, columns, limit: shownLimit }, request.signal),
      ),
    );
    if (request.signal.aborted) return;
    this.#request = undefined;
    const failed = answers.find((answer) => answer.type === 'failed');
    this.#problem = failed?.reason;
    if (!failed) {
      this.#facets = answers.flatMap((answer) => (answer.type === 'facets' ? answer.facets : []));
    }
    if (failed || isLive) this.#refreshLater();
  }

  #refreshLater(): void {
    this.#timer = setTimeout(() => {
      // `resume` goes on where this ends.
      if (document.visibilityState === 'visible') void this.#load();
    }, refreshDelayMs);
  }
}
