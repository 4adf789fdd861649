import type { Density } from 'eventglass/client';
import type { TimeZone } from 'eventglass/internal/time_zone.js';
import { DensityTime } from '@eventglass/table/timeline/density_time.js';
import type { Timeline } from '@eventglass/table/timeline/timeline.svelte.js';
import { untrack } from 'svelte';
import { barsOf, bucketMs, bucketsPerBar, type PartCounts } from './bars.js';
import { fineBuckets, type Buckets } from './fine_buckets.js';
import { spanOf, viewportMark } from './marks.js';
import {
  clampedRange,
  followingRange,
  lengthMs,
  pannedRange,
  rangeWith,
  timeAtPx,
  zoomedRange,
  type TimeRange,
} from './time_range.js';
import { timeTicks } from './time_ticks.js';

/** Milliseconds that the strip shows at least: closer together, rows tell more than bars. */
const leastRangeMs = 1_000;

/** From one time label to the next at least: the longest has room. */
const minTickPx = 116;

/** What is counted for the strip besides the whole timeline. */
export interface Counted {
  /** Of the bars that are shown. */
  readonly parts: PartCounts;
  /** Of `Minimap.fineBuckets`, or of those before; `undefined` while nobody has counted them. */
  readonly fine: Density | undefined;
}

/** A timeline's density, and where its viewport stands in it, on a strip of so many pixels. */
export class Minimap {
  readonly #timeline: Timeline;
  readonly #clocks: { readonly zone: TimeZone };
  readonly #counted: Counted;
  #seenTimes: TimeRange | undefined;
  #zoom: TimeRange | undefined = $state.raw();
  #widthPx = $state(0);

  /** Times are told by the zone of `clocks`. */
  constructor(timeline: Timeline, clocks: { readonly zone: TimeZone }, counted: Counted) {
    this.#clocks = clocks;
    this.#timeline = timeline;
    this.#counted = counted;
  }

  /** Of the strip, in CSS pixels; 0 until it has been measured. */
  get widthPx(): number {
    return this.#widthPx;
  }

  set widthPx(widthPx: number) {
    this.#widthPx = widthPx;
  }

  get #density(): Density | undefined {
    return this.#timeline.densityTime?.density;
  }

  /** All that is counted; `undefined` while nothing is. */
  readonly whole: TimeRange | undefined = $derived.by(() => {
    const density = this.#density;
    if (!density || density.stop <= density.start) return undefined;
    return { beginMs: density.start, endMs: density.stop };
  });

  /** What is shown. */
  readonly range: TimeRange | undefined = $derived.by(() => {
    if (!this.whole || !this.#zoom) return this.whole;
    return clampedRange(this.#zoom, this.whole);
  });

  /** Parts of time to count besides, so that bars tell as much of a short time; `undefined` where the whole timeline's do. */
  readonly fineBuckets: Buckets | undefined = $derived.by(() => {
    if (!this.#density || !this.range || !this.#zoom || this.#widthPx === 0) return undefined;
    return fineBuckets(this.#density, { range: this.range, widthPx: this.#widthPx });
  });

  readonly #fineTime: DensityTime | undefined = $derived.by(() => {
    const { fine } = this.#counted;
    return this.fineBuckets && fine && new DensityTime(fine);
  });

  /** What bars are made of: the finest counts that there are of all of what is shown. */
  readonly density: Density | undefined = $derived.by(() => {
    const fine = this.#fineTime?.density;
    const isEnough =
      fine && this.range && fine.start <= this.range.beginMs && fine.stop >= this.range.endMs;
    return isEnough ? fine : this.#density;
  });

  readonly bars = $derived.by(() => {
    if (!this.density || !this.range || this.#widthPx === 0) return [];
    const space = { range: this.range, widthPx: this.#widthPx };
    return barsOf(this.density, space, this.#counted.parts);
  });

  readonly ticks = $derived.by(() => {
    const maxCount = Math.floor(this.#widthPx / minTickPx);
    return this.range ? timeTicks(this.range, maxCount, this.#clocks.zone) : [];
  });

  /** How much time a bar has; `undefined` if the whole range is shown. */
  get zoomedBarMs(): number | undefined {
    const { density } = this;
    if (!density || !this.range || !this.#zoom || this.#widthPx === 0) return undefined;
    const perBar = bucketsPerBar(density, { range: this.range, widthPx: this.#widthPx });
    return perBar * bucketMs(density);
  }

  /** When the row at the top happened, or about when; `undefined` while nothing tells. */
  get topMs(): number | undefined {
    return this.#timeOf(this.#timeline.visible.begin);
  }

  /** When the rows on screen happened. */
  readonly #times: TimeRange | undefined = $derived.by(() => {
    const { begin, end } = this.#timeline.visible;
    const beginMs = this.topMs;
    const endMs = this.#timeOf(end - 1);
    const isKnown = end > begin && beginMs !== undefined && endMs !== undefined;
    return isKnown ? { beginMs, endMs } : undefined;
  });

  /** Where the rows on screen are. */
  readonly viewport = $derived.by(() => {
    return this.range && this.#times && viewportMark(this.#times, this.range, this.#widthPx);
  });

  /** Where the reader is to be taken, while that is under way. */
  readonly goal = $derived.by(() => {
    const place = this.#timeline.goal;
    if (!place || !this.range) return undefined;
    const timeMs = place.type === 'key' ? place.key.timestamp : this.range.endMs;
    return viewportMark({ beginMs: timeMs, endMs: timeMs }, this.range, this.#widthPx);
  });

  /** Whether rows on screen are only announced. */
  get isMissing(): boolean {
    return this.#timeline.missing.length > 0;
  }

  /** Whether rows around the viewport are being loaded. */
  get isFilling(): boolean {
    return this.#timeline.clientState?.loading === true;
  }

  /** Where rows are loaded. */
  readonly loaded = $derived.by(() => {
    const coverage = this.#timeline.clientState?.coverage;
    if (!coverage || !this.range || !this.whole) return undefined;
    const beginMs = coverage.begin?.timestamp ?? this.whole.beginMs;
    const endMs = coverage.end?.timestamp ?? this.whole.endMs;
    return spanOf({ beginMs, endMs }, this.range, this.#widthPx);
  });

  /** Whether what is drawn can be relied on. */
  get state(): 'loading' | 'stale' | 'ready' {
    const { clientState } = this.#timeline;
    if (!this.range || !clientState) return 'loading';
    const { countedFilter, filter } = this.#timeline;
    const isOfFilter = countedFilter === filter || clientState.filterError !== undefined;
    return clientState.stale || !isOfFilter ? 'stale' : 'ready';
  }

  /** The time at a pixel; `undefined` while nothing is counted. */
  timeAt(px: number): number | undefined {
    return this.range && this.#widthPx > 0 ? timeAtPx(px, this.range, this.#widthPx) : undefined;
  }

  /** Makes the range shown longer by `factor`, around a pixel or the viewport. */
  zoomBy(factor: number, px?: number): void {
    if (!this.range || !this.whole) return;
    const timeMs = (px === undefined ? this.topMs : this.timeAt(px)) ?? this.range.beginMs;
    const range = px === undefined ? rangeWith(timeMs, this.range) : this.range;
    const limits = { whole: this.whole, leastMs: leastRangeMs };
    this.#show(zoomedRange(range, timeMs, factor, limits));
  }

  /** Moves the range shown by a part of it. */
  panBy(share: number): void {
    if (this.range && this.whole) this.#show(pannedRange(this.range, share, this.whole));
  }

  get isZoomed(): boolean {
    return this.#zoom !== undefined;
  }

  showWhole(): void {
    this.#zoom = undefined;
  }

  /** The rows on screen are others: what is shown moves along, unless `isHeld`. Call it from an effect. */
  followTable(isHeld: () => boolean): void {
    const times = this.#times;
    const before = this.#seenTimes;
    this.#seenTimes = times;
    untrack(() => {
      if (!times || !before || !this.#zoom || !this.range || isHeld()) return;
      this.#show(followingRange(this.range, before, times));
    });
  }

  /** The rank to be at the top so that `timeMs` is in the middle; `Infinity` for the live end. */
  topRankAround(timeMs: number): number | undefined {
    const time = this.#timeAround(timeMs);
    return time && this.#topRank(time.rankOf(timeMs) - this.#screenRows / 2);
  }

  /**
   * The rank to be at the top after a step through time, by a part of the range shown: another row than the one that is
   * there, also where nothing happened for longer. What is shown moves along.
   */
  topRankAfter(share: number): number | undefined {
    const time = this.#timeAround(this.topMs ?? NaN);
    if (!time || !this.range) return undefined;
    const top = this.#timeline.visible.begin;
    const targetMs = time.timeOf(top) + share * lengthMs(this.range);
    const rank = Math.round((this.#timeAround(targetMs) ?? time).rankOf(targetMs));
    const stepped = share > 0 ? Math.max(rank, top + 1) : Math.min(rank, top - 1);
    if (this.#zoom) this.#show(rangeWith(time.timeOf(stepped), this.range));
    return this.#topRank(stepped);
  }

  /** Whether the viewport is where `topRank` would bring it. */
  isAt(topRank: number): boolean {
    const { following, visible } = this.#timeline;
    return topRank === Infinity ? following : !following && topRank === visible.begin;
  }

  /** About when the row in the middle of the screen happened. */
  get middleMs(): number | undefined {
    const middle = this.#timeline.visible.begin + this.#screenRows / 2;
    return this.#timeline.densityTime?.timeOf(middle);
  }

  get #screenRows(): number {
    const { size } = this.#timeline;
    return size ? size.heightPx / size.rowHeightPx : 0;
  }

  /** The finest counts around a time. */
  #timeAround(timeMs: number): DensityTime | undefined {
    const fine = this.#fineTime;
    const isIn = fine && timeMs >= fine.density.start && timeMs < fine.density.stop;
    return isIn ? fine : this.#timeline.densityTime;
  }

  #topRank(rank: number): number {
    const isEnd = rank + this.#screenRows >= (this.#timeline.rowCount ?? 0);
    return isEnd ? Infinity : Math.max(0, Math.round(rank));
  }

  #timeOf(rank: number): number | undefined {
    const { rows, begin } = this.#timeline;
    return rows[rank - begin]?.timestamp ?? this.#timeline.estimatedTimestamp(rank);
  }

  #show(range: TimeRange): void {
    if (!this.whole) return;
    this.#zoom = lengthMs(range) < lengthMs(this.whole) ? range : undefined;
  }
}
