import type { Density } from 'eventglass/client';
import { requestCounts, type AskedCounts } from './counts_request.js';
import type { Buckets } from './fine_buckets.js';

/** Parts of bars change slowly beside the bars themselves. */
const refreshIntervalMs = 2_000;

function askedOf(filter: string, { start, stop, count }: Buckets): AskedCounts {
  return { filter, start, stop, buckets: count };
}

/** The events of a filter over time. */
interface FilterDensity {
  readonly filter: string;
  readonly density: Density;
}

function sameAsked(a: AskedCounts, b: AskedCounts): boolean {
  const isSameRange = a.start === b.start && a.stop === b.stop && a.buckets === b.buckets;
  return isSameRange && a.filter === b.filter;
}

/** The events of a filter over equal parts of a time, read again whenever what happens there has changed. */
export class CountsOverTime {
  readonly #backendUrl: string;
  readonly #keeps: boolean;
  #counted: FilterDensity | undefined = $state.raw();
  #asked: AskedCounts | undefined;
  /** The state that was counted, or will be. */
  #version: unknown;
  #isDue = false;
  #request: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAtMs = -Infinity;

  /** `keeps`: counts stay until others take their place. Without it they are gone as soon as others are wanted. */
  constructor(backendUrl: string, keeps = false) {
    this.#backendUrl = backendUrl;
    this.#keeps = keeps;
  }

  /** `undefined` while they are not known. */
  get counts(): Uint32Array | undefined {
    return this.#counted?.density.counts;
  }

  /** What was counted last of this filter; `undefined` while nothing was. */
  densityOf(filter: string): Density | undefined {
    return this.#counted?.filter === filter ? this.#counted.density : undefined;
  }

  /**
   * Counts what matches `filter` in these parts of a time; nothing where one is `undefined`. Call it whenever they change, and
   * with another `version` whenever something has happened.
   */
  show(filter: string | undefined, buckets: Buckets | undefined, version: unknown): void {
    if (filter === undefined || buckets === undefined) {
      this.hide();
      return;
    }
    const asked = askedOf(filter, buckets);
    if (!this.#asked || !sameAsked(asked, this.#asked)) {
      const counted = this.#keeps ? this.#counted : undefined;
      this.hide();
      this.#counted = counted;
      this.#asked = asked;
      this.#version = version;
      this.#askIn(0);
    } else if (version !== this.#version) {
      this.#version = version;
      this.#isDue = true;
      this.resume();
    }
  }

  hide(): void {
    this.#request?.abort();
    this.#request = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = undefined;
    this.#isDue = false;
    this.#counted = undefined;
  }

  /** Goes on where the page could not be seen. */
  resume(): void {
    if (!this.#isDue || this.#timer !== undefined || this.#request) return;
    this.#askIn(Math.max(0, this.#askedAtMs + refreshIntervalMs - performance.now()));
  }

  #askIn(delayMs: number): void {
    this.#isDue = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (document.visibilityState === 'visible') void this.#ask();
    }, delayMs);
  }

  async #ask(): Promise<void> {
    const asked = this.#asked;
    if (!asked) return;
    const request = new AbortController();
    this.#request = request;
    this.#isDue = false;
    this.#askedAtMs = performance.now();
    const answer = await requestCounts(this.#backendUrl, asked, request.signal);
    if (request.signal.aborted) return;
    this.#request = undefined;
    if (answer.type === 'counts') {
      this.#counted = { filter: asked.filter, density: answer.density };
      this.resume();
      return;
    }
    this.#askIn(answer.type === 'busy' ? answer.waitMs : refreshIntervalMs);
  }
}
