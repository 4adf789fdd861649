import type { FilterFault } from './client_error.js';

/** Bytes of UTF-8: what the filter language takes (docs/filter.md). */
const MAX_FILTER_BYTES = 4096;

/** Whose events the window is to hold: those of the filter that the reader wants, or of the one before where that can't be had. */
export class WantedFilter {
  #ofWindow = '';
  #wanted = '';
  #refused: { readonly filter: string; readonly fault: FilterFault } | undefined;

  /** The filter of the window's events. */
  get ofWindow(): string {
    return this.#ofWindow;
  }

  /** The filter that the window should have. */
  get due(): string {
    if (this.#refused?.filter !== this.#wanted) return this.#wanted;
    return this.#refused.filter === this.#ofWindow ? '' : this.#ofWindow;
  }

  /** Why the filter that the reader wants can't be had. */
  get fault(): FilterFault | undefined {
    return this.#refused?.filter === this.#wanted ? this.#refused.fault : undefined;
  }

  /** The reader wants this one. */
  want(filter: string): void {
    if (filter === this.#wanted) return;
    this.#wanted = filter;
    this.#refused = undefined;
    if (new TextEncoder().encode(filter).length > MAX_FILTER_BYTES) this.refuse(filter, TOO_LONG);
  }

  /** The window has been begun with this one. */
  begin(filter: string): void {
    this.#ofWindow = filter;
  }

  /** This one can't be had. */
  refuse(filter: string, fault: FilterFault): void {
    this.#refused = { filter, fault };
  }
}

const TOO_LONG: FilterFault = {
  message: `filter: more than ${MAX_FILTER_BYTES} bytes`,
  begin: 0,
  end: MAX_FILTER_BYTES,
  expected: `at most ${MAX_FILTER_BYTES} bytes`,
};
