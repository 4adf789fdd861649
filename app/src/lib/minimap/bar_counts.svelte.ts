import type { Severity } from '@eventglass/table/columns/table_columns.js';
import { filterWithTerm } from '../timeline/filter_terms.js';
import type { Timeline } from '@eventglass/table/timeline/timeline.svelte.js';
import type { Density } from 'eventglass/client';
import type { PartCounts } from './bars.js';
import { bucketsOf } from './fine_buckets.js';
import { CountsOverTime } from './counts_over_time.svelte.js';
import type { Counted, Minimap } from './minimap.svelte.js';

/**
 * What is counted for the bars: how many of their events are warnings, errors or worse, and matches of a search; and all
 * events as finely as bars are drawn.
 */
export class BarCounts implements Counted {
  readonly #timeline: Timeline;
  readonly #warnings: CountsOverTime;
  readonly #severe: CountsOverTime;
  readonly #matches: CountsOverTime;
  readonly #fine: CountsOverTime;
  readonly #all: readonly CountsOverTime[];

  constructor(backendUrl: string, timeline: Timeline) {
    this.#timeline = timeline;
    this.#warnings = new CountsOverTime(backendUrl);
    this.#severe = new CountsOverTime(backendUrl);
    this.#matches = new CountsOverTime(backendUrl);
    this.#fine = new CountsOverTime(backendUrl, true);
    this.#all = [this.#warnings, this.#severe, this.#matches, this.#fine];
  }

  readonly parts: PartCounts = $derived.by(() => ({
    warnings: this.#warnings.counts,
    severe: this.#severe.counts,
    matches: this.#matches.counts,
  }));

  /** All events in finer parts of time than the whole timeline has; `undefined` while nobody has counted them. */
  get fine(): Density | undefined {
    return this.#fine.densityOf(this.#timeline.countedFilter);
  }

  /** Counts the parts of the bars that there are now, those of `density`, and all events in finer ones. Call it from an effect. */
  follow(
    searchFilter: string | undefined,
    { density, fineBuckets }: Pick<Minimap, 'density' | 'fineBuckets'>,
  ): void {
    const { densityTime, countedFilter, filter, clientState, columns } = this.#timeline;
    this.#fine.show(countedFilter, fineBuckets, densityTime);
    // Bars that are about to go keep their parts.
    if (countedFilter !== filter && !clientState?.filterError) return;
    const buckets = density && bucketsOf(density);
    const show = (counts: CountsOverTime, wanted: string | undefined) =>
      counts.show(wanted, buckets, densityTime);
    const partFilter = (severities: readonly Severity[]) => {
      const term = columns.severityTerm(severities);
      return term === undefined ? undefined : filterWithTerm(countedFilter, term);
    };
    show(this.#warnings, partFilter(['warning']));
    show(this.#severe, partFilter(['error', 'critical']));
    show(this.#matches, searchFilter);
  }

  /** The page can be seen again. */
  resume(): void {
    for (const counts of this.#all) counts.resume();
  }

  delete(): void {
    for (const counts of this.#all) counts.hide();
  }
}
