import type { TimelineRow } from '../timeline/row.js';
import type { Timeline } from '../timeline/timeline.svelte.js';
import { stepFrom } from './row_step.js';

/**
 * The row that the reader looks at. It is its event's, by id: rows that come and go around it change
 * nothing, and it is remembered where it is not among the rows on screen.
 */
export class ActiveRow {
  readonly #timeline: Timeline;
  /** As it was last among the rows. */
  #known: TimelineRow | undefined = $state.raw();
  /** A step to make once the rows around the event are there. */
  #awaited: 1 | -1 | undefined;
  /** What lies over the lower end of the table. */
  coveredPx = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The event's row if it is among those on screen and around it. */
  readonly drawn: TimelineRow | undefined = $derived.by(() => {
    const id = this.#known?.id;
    return id === undefined ? undefined : this.#timeline.rows.find((row) => row.id === id);
  });

  /** The event as it was seen last; `undefined` while no row is active. */
  get row(): TimelineRow | undefined {
    return this.drawn ?? this.#known;
  }

  /** Makes no row active. */
  clear(): void {
    this.#known = undefined;
    this.#awaited = undefined;
  }

  /** Makes the row of this event active, if there is one. */
  choose(id: string): void {
    const row = this.#timeline.rows.find((other) => other.id === id);
    if (row) this.#known = row;
    this.#awaited = undefined;
  }

  /**
   * Makes an event active that may be anywhere, and shows all of its row if it is on screen already. False: the
   * timeline has to go there.
   */
  show(row: TimelineRow): boolean {
    const { rows, begin, visible, busy } = this.#timeline;
    const index = rows.findIndex(({ id }) => id === row.id);
    const rank = begin + index;
    this.#awaited = undefined;
    this.#known = rows[index] ?? row;
    // What is on screen is about to go.
    if (index < 0 || busy || rank < visible.begin || rank >= visible.end) return false;
    this.#timeline.reveal(rank, this.coveredPx);
    return true;
  }

  /** One row up (-1) or down (1), and as far as needed to show it; the topmost whole row if none is active. */
  step(count: 1 | -1): void {
    this.#awaited = undefined;
    const from = this.row;
    if (!from) {
      this.chooseFirst();
      return;
    }
    this.#stepFrom(from, count);
  }

  /** Makes the topmost whole row active. */
  chooseFirst(): void {
    this.#activate(this.#timeline.firstWholeRank - this.#timeline.begin);
  }

  /** The rows have changed: call it from an effect. */
  follow(): void {
    const { drawn } = this;
    if (drawn) this.#known = drawn;
    const { busy } = this.#timeline;
    if (busy || this.#awaited === undefined || !this.#known) return;
    const count = this.#awaited;
    this.#awaited = undefined;
    const step = stepFrom(this.#known, count, this.#drawnRows());
    if (step.type === 'row') this.#activate(step.index);
  }

  #stepFrom(from: TimelineRow, count: 1 | -1): void {
    const step = stepFrom(from, count, this.#drawnRows());
    switch (step.type) {
      case 'row':
        this.#activate(step.index);
        break;
      case 'away':
        this.#awaited = count;
        this.#timeline.jumpTo({ type: 'key', key: { timestamp: from.timestamp, id: from.id } });
        break;
      case 'end':
        break;
    }
  }

  #activate(index: number): void {
    const { rows, begin } = this.#timeline;
    const row = rows[index];
    if (!row) return;
    this.#known = row;
    this.#timeline.reveal(begin + index, this.coveredPx);
  }

  #drawnRows() {
    const { rows, begin, drawnRowCount } = this.#timeline;
    return { rows, begin, rowCount: Math.max(drawnRowCount, begin + rows.length) };
  }
}
