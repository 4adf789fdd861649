import type { EventKey } from 'eventglass';
import type { ActiveRow } from '@eventglass/table/grid/active_row.svelte.js';
import type { TimelineRow } from '@eventglass/table/timeline/row.js';
import type { Timeline } from '@eventglass/table/timeline/timeline.svelte.js';
import { plainWords, type PlainWord } from './plain_words.js';
import { faultOfSearch, joinSearch, type SearchFault, type SearchFilter } from './search_filter.js';
import {
  requestMatches,
  type AskedMatches,
  type Matches,
  type MatchesAnswer,
  type SearchedTimeline,
} from './search_request.js';
import { ScreenMatches } from './screen_matches.svelte.js';
import { StepQueue, type Direction, type Run } from './step_queue.js';

/** Who types goes on within it; each text asked for costs the backend a look at all events. */
const typingPauseMs = 300;

/** Shorter texts are asked for when the reader says so: nearly everything matches them. */
const minTypedCharacters = 2;

/** Matches that come and go meanwhile are counted that often. */
const recountIntervalMs = 2_000;

/** Stepping through rows asks for the place of those that the reader stays at. */
const placeDelayMs = 60;

export interface SearchTarget {
  /** `row` is to be shown; `isFirst` of the matches of one search. */
  onmatch(row: TimelineRow, isFirst: boolean): void;
}

/** Where a step found nothing, and the row that it was made from. */
interface End {
  readonly direction: Direction;
  readonly rowId: string | undefined;
}

function keyOf({ timestamp, id }: TimelineRow): EventKey {
  return { timestamp, id };
}

/** What a count is of. */
function stateOf({ filter }: SearchFilter, row: TimelineRow | undefined): string {
  return JSON.stringify([filter, row?.timestamp, row?.id]);
}

/**
 * A search in all events of the timeline's filter, loaded or not. The backend is asked for every step, one after the
 * other, so that the table needs to have none of the events.
 */
export class Search {
  readonly #searched: SearchedTimeline;
  readonly #timeline: Timeline;
  readonly #active: ActiveRow;
  readonly #target: SearchTarget;

  #isOpen = $state(false);
  #text = $state('');
  /** What is searched for. */
  #search = $state('');
  #matchCount: number | undefined = $state();
  /** The match that the active row is, counted from 1. */
  #place: number | undefined = $state();
  #fault: SearchFault | undefined = $state.raw();
  #problem: string | undefined = $state();
  #end: End | undefined = $state.raw();
  #isStepping = $state(false);

  readonly #screen: ScreenMatches;
  readonly #queue = new StepQueue();
  #steps: AbortController | undefined;
  #count: AbortController | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #counting: ReturnType<typeof setTimeout> | undefined;
  #countedFor = '';
  #countedAtMs = -Infinity;
  #hasShown = false;

  constructor(backendUrl: string, timeline: Timeline, active: ActiveRow, target: SearchTarget) {
    this.#searched = { backendUrl, columns: timeline.columns };
    this.#screen = new ScreenMatches(this.#searched);
    this.#timeline = timeline;
    this.#active = active;
    this.#target = target;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get text(): string {
    return this.#text;
  }

  /** How many events match; `undefined` while nobody knows. */
  get matchCount(): number | undefined {
    return this.#matchCount;
  }

  get place(): number | undefined {
    return this.#place;
  }

  /** What is wrong with the text that is searched for. */
  get fault(): SearchFault | undefined {
    return this.#text.trim() === this.#search ? this.#fault : undefined;
  }

  /** Why nothing is known, for people. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The side on which there is no further match; the next step there begins anew from the other end. */
  get end(): Direction | undefined {
    return this.#end?.rowId === this.#active.row?.id ? this.#end?.direction : undefined;
  }

  get isStepping(): boolean {
    return this.#isStepping;
  }

  readonly #joined: SearchFilter | undefined = $derived.by(() => {
    if (!this.#isOpen || this.#search === '') return undefined;
    return joinSearch(this.#timeline.filter, this.#search);
  });

  /** The filter that matches have; `undefined` while nothing is searched for that could be found. */
  readonly filter: string | undefined = $derived.by(() => {
    return this.#joined?.isJoined === true && !this.#fault ? this.#joined.filter : undefined;
  });

  /** Whether the search finds an event, of those that are drawn. */
  has(id: string): boolean {
    return this.#screen.has(id);
  }

  /** The words that are searched for, as far as it is only words. */
  readonly words: readonly PlainWord[] = $derived.by(() => {
    return this.filter === undefined ? [] : plainWords(this.#search);
  });

  open(): void {
    this.#isOpen = true;
  }

  close(): void {
    this.#isOpen = false;
    this.#stop();
    clearTimeout(this.#typing);
    this.#screen.show(undefined, []);
  }

  /** The reader types. */
  write(text: string): void {
    this.#text = text;
    clearTimeout(this.#typing);
    if (text.trim() === '') {
      this.#searchFor('');
    } else if (text.trim().length >= minTypedCharacters) {
      this.#typing = setTimeout(() => this.#searchFor(text.trim()), typingPauseMs);
    }
  }

  /** Goes to the next match (1) or the one before (-1), from the active row or the top of the screen. */
  step(direction: Direction): void {
    if (!this.#isOpen) return;
    clearTimeout(this.#typing);
    this.#searchFor(this.#text.trim());
    if (this.#search === '') return;
    this.#queue.add(direction);
    if (!this.#steps) void this.#run();
  }

  /** Keeps what is told up to date. Call it from an effect. */
  follow(): void {
    this.#screen.show(this.filter, this.#timeline.rows);
    const row = this.#active.row;
    const joined = this.#joined;
    // Whatever happens is counted by it.
    const seq = this.#timeline.clientState?.cursor?.seq;
    if (!joined || this.#steps) return;
    const state = stateOf(joined, row);
    if (state !== this.#countedFor) {
      this.#countedFor = state;
      this.#countIn(placeDelayMs);
    } else if (seq !== undefined && this.#counting === undefined && !this.#fault) {
      const waitMs = this.#countedAtMs + recountIntervalMs - performance.now();
      this.#countIn(Math.max(placeDelayMs, waitMs));
    }
  }

  #searchFor(search: string): void {
    if (search === this.#search) return;
    this.#stop();
    this.#search = search;
    this.#hasShown = false;
  }

  /** What is known is of another search; nothing of it is under way any more. */
  #stop(): void {
    this.#queue.clear();
    this.#steps?.abort();
    this.#steps = undefined;
    this.#isStepping = false;
    this.#count?.abort();
    clearTimeout(this.#counting);
    this.#counting = undefined;
    this.#countedFor = '';
    this.#matchCount = undefined;
    this.#place = undefined;
    this.#fault = undefined;
    this.#problem = undefined;
    this.#end = undefined;
  }

  async #run(): Promise<void> {
    const steps = new AbortController();
    this.#steps = steps;
    this.#isStepping = true;
    this.#count?.abort();
    for (let run = this.#queue.take(); run; run = this.#queue.take()) {
      const joined = this.#joined;
      if (!joined) break;
      const asked = this.#asked(run, joined);
      const answer = await requestMatches(this.#searched, asked, steps.signal);
      if (steps.signal.aborted) return;
      // The reader has changed the filter meanwhile: the steps are theirs within the new one.
      if (this.#isCurrent(joined)) this.#takeStep(answer, run, joined);
      else this.#queue.clear();
    }
    this.#steps = undefined;
    this.#isStepping = false;
    this.follow();
  }

  #asked({ direction, count }: Run, { filter }: SearchFilter): AskedMatches {
    const isAnew = this.end === direction;
    return {
      filter,
      direction: direction > 0 ? 'forward' : 'backward',
      bound: isAnew ? undefined : this.#boundOf(direction),
      limit: count,
    };
  }

  #boundOf(direction: Direction): AskedMatches['bound'] {
    const row = this.#active.row;
    if (row) return { type: direction > 0 ? 'after' : 'before', key: keyOf(row) };
    const top = this.#timeline.pinnedPlace;
    // The row at the top may be the match that is looked for.
    return top?.type === 'key'
      ? { type: direction > 0 ? 'from' : 'before', key: top.key }
      : undefined;
  }

  #takeStep(answer: MatchesAnswer, run: Run, joined: SearchFilter): void {
    if (!this.#take(answer, joined)) {
      this.#queue.clear();
      return;
    }
    const { rows, rankBefore, matchCount } = answer;
    const isForward = run.direction > 0;
    const row = isForward ? rows.at(-1) : rows[0];
    const isShort = rows.length < run.count;
    if (isShort) this.#queue.dropAhead(run.direction);
    this.#matchCount = matchCount;
    if (row) {
      this.#place = rankBefore + (isForward ? rows.length : 1);
      this.#target.onmatch(row, !this.#hasShown);
      this.#hasShown = true;
    }
    const at = this.#active.row;
    this.#end = isShort ? { direction: run.direction, rowId: at?.id } : undefined;
    this.#countedFor = stateOf(joined, at);
    this.#countedAtMs = performance.now();
  }

  #countIn(delayMs: number): void {
    clearTimeout(this.#counting);
    this.#counting = setTimeout(() => {
      this.#counting = undefined;
      // What happens when the page can be seen again is counted then.
      if (document.visibilityState === 'visible') void this.#recount();
    }, delayMs);
  }

  /** Asks how many matches there are, and which of them the active row is. */
  async #recount(): Promise<void> {
    const joined = this.#joined;
    if (!joined || this.#steps) return;
    this.#count?.abort();
    const count = new AbortController();
    this.#count = count;
    const row = this.#active.row;
    this.#countedAtMs = performance.now();
    const bound = row && { type: 'from' as const, key: keyOf(row) };
    const asked = { filter: joined.filter, direction: 'forward', bound, limit: 1 } as const;
    const answer = await requestMatches(this.#searched, asked, count.signal);
    if (count.signal.aborted || !this.#isCurrent(joined)) return;
    if (!this.#take(answer, joined)) {
      if (answer.type === 'fault') return;
      this.#countIn(answer.type === 'busy' ? answer.waitMs : recountIntervalMs);
      return;
    }
    this.#matchCount = answer.matchCount;
    const isMatch = row !== undefined && answer.rows[0]?.id === row.id;
    this.#place = isMatch ? answer.rankBefore + 1 : undefined;
    // Matches that came meanwhile are found by the next step.
    if (this.#place !== undefined && this.#place < answer.matchCount && this.end === 1) {
      this.#end = undefined;
    }
  }

  #isCurrent({ filter }: SearchFilter): boolean {
    return this.#joined?.filter === filter;
  }

  /** Notes what an answer says but for its matches. False: it has none. */
  #take(answer: MatchesAnswer, joined: SearchFilter): answer is Matches {
    this.#fault = undefined;
    this.#problem = undefined;
    switch (answer.type) {
      case 'matches':
        return true;
      case 'fault':
        this.#fault = faultOfSearch(answer.fault, joined, this.#search);
        if (!this.#fault) this.#problem = 'The filter can’t be had, so nothing can be found in it.';
        break;
      case 'busy': {
        const seconds = Math.ceil(answer.waitMs / 1_000);
        this.#problem = `The event source is busy. Try again in ${String(seconds)} s.`;
        break;
      }
      case 'failed':
        this.#problem = `The search failed: ${answer.reason}.`;
        break;
    }
    this.#matchCount = undefined;
    this.#place = undefined;
    return false;
  }
}
