import type { Severity } from '../timeline/columns.js';
import { filterWithTerm } from '../timeline/filter_terms.js';
import type { Timeline } from '../timeline/timeline.svelte.js';
import type { PartCounts } from './bars.js';
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

  /** Counts the parts of the bars that there are now. Call it from an effect. */
  follow(searchFilter: string | undefined): void {
    const { densityTime, countedFilter, filter, clientState, columns } = this.#timeline;
    // Bars that are about to go keep their parts.
    if (countedFilter !== filter && !clientState?.filterError) return;
    const density = densityTime?.density;
    const partFilter = (severities: readonly Severity[]) => {
      const term = columns.severityTerm(severities);
      return term === undefined ? undefined : filterWithTerm(countedFilter, term);
    };
    this.#warnings.show(partFilter(['warning']), density);
    this.#severe.show(partFilter(['error', 'critical']), density);
    this.#matches.show(searchFilter, density);
  }

  /** The page can be seen again. */
  resume(): void {
    for (const counts of [this.#warnings, this.#severe, this.#matches]) counts.resume();
  }

  delete(): void {
    for (const counts of [this.#warnings, this.#severe, this.#matches]) counts.hide();
  }
}
