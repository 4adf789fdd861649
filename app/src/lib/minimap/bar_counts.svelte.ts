import type { Severity } from '../timeline/columns.js';
import { filterWithTerm } from '../timeline/filter_terms.js';
import type { Timeline } from '../timeline/timeline.svelte.js';
import type { Density } from 'eventglass/client';
import type { PartCounts } from './bars.js';
import { bucketsOf } from './fine_buckets.js';
import { CountsOverTime } from './counts_over_time.svelte.js';

/** What the bars consist of: how many of their events are warnings, errors or worse, and matches of a search. */
export class BarParts {
  readonly #timeline: Timeline;
  readonly #warnings: CountsOverTime;
  readonly #severe: CountsOverTime;
  readonly #matches: CountsOverTime;

  constructor(backendUrl: string, timeline: Timeline) {
    this.#timeline = timeline;
    this.#warnings = new CountsOverTime(backendUrl);
    this.#severe = new CountsOverTime(backendUrl);
    this.#matches = new CountsOverTime(backendUrl);
  }

  readonly counts: PartCounts = $derived.by(() => ({
    warnings: this.#warnings.counts,
    severe: this.#severe.counts,
    matches: this.#matches.counts,
  }));

  /** Counts the parts of the bars that there are now, those of `density`. Call it from an effect. */
  follow(searchFilter: string | undefined, density: Density | undefined): void {
    const { densityTime, countedFilter, filter, clientState, columns } = this.#timeline;
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
    for (const counts of [this.#warnings, this.#severe, this.#matches]) counts.resume();
  }

  delete(): void {
    for (const counts of [this.#warnings, this.#severe, this.#matches]) counts.hide();
  }
}
