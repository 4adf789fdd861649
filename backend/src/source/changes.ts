import type { MutationLog } from '../store/mutation_log.js';
import type { ChangeCounts } from './event_source.js';
import type { FilterView } from './filter_views.js';

/** Mutations that are looked at to tell what has changed: twenty seconds of 5,000 a second, 20 to 50 ms of work. */
export const maxCountedMutations = 100_000;

/** Counts events by what has become of them since `seq`, each once. REQUIRES: `index` is that of the batch after `seq` */
export function countChanges(
  log: MutationLog,
  index: number,
  seq: number,
  { view }: FilterView,
): ChangeCounts {
  // Whether the event was there before, by the id of those that have been touched.
  const touched = new Map<string, { readonly wasThere: boolean; isThere: boolean }>();
  for (let batch = log.at(index); batch !== undefined; batch = log.at(++index)) {
    const { mutations, effects, prevSeq } = batch;
    // A cursor may lie within a batch.
    for (let i = Math.max(0, seq - prevSeq); i < mutations.length; i++) {
      const id = mutations[i]?.id ?? '';
      const isThere = !Number.isNaN(effects.timeAfter(i));
      const known = touched.get(id);
      if (known === undefined) {
        touched.set(id, { wasThere: !Number.isNaN(effects.timeBefore(i)), isThere });
      } else {
        known.isThere = isThere;
      }
    }
  }
  const counts = { inserted: 0, updated: 0, deleted: 0 };
  for (const [id, { wasThere, isThere }] of touched) {
    if (!isThere) counts.deleted += wasThere ? 1 : 0;
    else if (view === undefined || view.indexOf(id) !== undefined)
      counts[wasThere ? 'updated' : 'inserted']++;
  }
  return counts;
}
