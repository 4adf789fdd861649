import { quoted } from '../timeline/filter_completion.js';

/** A filter is at most this long (docs/filter.md). */
const maxFilterBytes = 4_096;

/** Half of a character, which no filter can have. */
const loneSurrogate = /\p{Surrogate}/u;

/** The filter that shows the events of `actor` and no others; `undefined` where no filter can say that. */
export function actorFilter(actor: string): string | undefined {
  const filter = `actor:${quoted(actor)}`;
  if (loneSurrogate.test(actor)) return undefined;
  return new TextEncoder().encode(filter).length <= maxFilterBytes ? filter : undefined;
}
