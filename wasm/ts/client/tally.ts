import type { ApplyCounts } from '../types.js';
import type { OpenErrors } from './open_errors.js';

/** How many events there are, as the backend last said, and how many changes and bad ones have come. */
export class Tally {
  readonly #errors: OpenErrors;
  #totalCount: number | undefined;
  #matchCount: number | undefined;
  #mutationCount = 0;
  #skippedCount = 0;

  /** `errors`: where bad events are reported. */
  constructor(errors: OpenErrors) {
    this.#errors = errors;
  }

  /** Events in the whole timeline. */
  get totalCount(): number | undefined {
    return this.#totalCount;
  }

  /** Those of them that match the filter of the window. */
  get matchCount(): number | undefined {
    return this.#matchCount;
  }

  /** Mutations that changed the window since the start. */
  get mutationCount(): number {
    return this.#mutationCount;
  }

  /** The backend has counted; what is left out stays. */
  count(counts: { readonly totalCount: number | undefined; readonly matchCount?: number }): void {
    this.#totalCount = counts.totalCount ?? this.#totalCount;
    this.#matchCount = counts.matchCount ?? this.#matchCount;
  }

  /** A batch is in the window. */
  addBatch(counts: ApplyCounts): void {
    this.#mutationCount += counts.inserted + counts.updated + counts.moved + counts.deleted;
    this.addSkipped(counts);
  }

  /** Of a page or batch that is in the window, what has been left out. */
  addSkipped({ skipped, skippedSamples }: Pick<ApplyCounts, 'skipped' | 'skippedSamples'>): void {
    if (skipped === 0) return;
    this.#skippedCount += skipped;
    const sample = skippedSamples[0];
    const cause =
      sample === undefined ? '' : ` (${sample.code} ${sample.column})`.replace(' )', ')');
    this.#errors.add('data', {
      code: 'events_skipped',
      message: `${this.#skippedCount} bad events or changes came${cause}.`,
      action: 'They are left out.',
    });
  }
}
