import type { Direction } from './step_queue.js';

/** What is known of a search. */
export interface SearchOutcome {
  readonly matchCount: number | undefined;
  /** The match that the reader is at, counted from 1. */
  readonly place: number | undefined;
  /** Where the last step found nothing. */
  readonly end: Direction | undefined;
}

const number = new Intl.NumberFormat('en-US');

/** `Match 12 of 3,456`, or what else is to be told. */
export function outcomeText({ matchCount, place, end }: SearchOutcome): string {
  if (matchCount === undefined) return '';
  if (matchCount === 0) return 'No match';
  if (end === 1) return 'No later match. From the first: press again';
  if (end === -1) return 'No earlier match. From the last: press again';
  const count = number.format(matchCount);
  if (place !== undefined) return `Match ${number.format(place)} of ${count}`;
  return matchCount === 1 ? '1 match' : `${count} matches`;
}
