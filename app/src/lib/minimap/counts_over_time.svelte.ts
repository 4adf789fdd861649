import type { Density } from 'eventglass/client';
import { requestCounts, type AskedCounts } from './counts_request.js';

/** Parts of bars change slowly beside the bars themselves. */
const refreshIntervalMs = 2_000;

function askedOf(filter: string, { start, stop, counts }: Density): AskedCounts {
  return { filter, start, stop, buckets: counts.length };
}

function sameAsked(a: AskedCounts, b: AskedCounts): boolean {
  const isSameRange = a.start === b.start && a.stop === b.stop && a.buckets === b.buckets;
  return isSameRange && a.filter === b.filter;
}

/** The events of a filter over the buckets of another density, read again whenever that has changed. */
export class CountsOverTime {
  readonly #backendUrl: string;
  #counts: readonly number[] | undefined = $state.raw();
  #asked: AskedCounts | undefined;
  /** As of which `#counts` are, or will be. */
  #density: Density | undefined;
  #isDue = false;
  #request: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAtMs = -Infinity;

  constructor(backendUrl: string) {
    this.#backendUrl = backendUrl;
  }

  /** `undefined` while they are not known. */
  get counts(): readonly number[] | undefined {
    return this.#counts;
  }

  /** Counts what matches `filter` over the buckets of `density`; nothing where one is `undefined`. Call it whenever they change. */
  show(filter: string | undefined, density: Density | undefined): void {
    if (filter === undefined || density === undefined) {
      this.hide();
      return;
    }
    const asked = askedOf(filter, density);
    if (!this.#asked || !sameAsked(asked, this.#asked)) {
      this.hide();
      this.#asked = asked;
      this.#density = density;
      this.#askIn(0);
    } else if (density !== this.#density) {
      this.#density = density;
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
    this.#counts = undefined;
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
      this.#counts = answer.counts;
      this.resume();
      return;
    }
    this.#askIn(answer.type === 'busy' ? answer.waitMs : refreshIntervalMs);
  }
}
