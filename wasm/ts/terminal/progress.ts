const number = new Intl.NumberFormat('en-US');

/** How far an export is. */
export interface Progress {
  readonly count: number;
  /** As they were counted when it began. */
  readonly total: number;
  readonly elapsedMs: number;
}

/** `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `40,000 of 100,000 events, 52,000/s, 2 s left`. */
export function progressText({ count, total, elapsedMs }: Progress): string {
  const far = `${number.format(count)} of ${number.format(Math.max(total, count))} events`;
  if (count === 0 || elapsedMs <= 0) return far;
  const perMs = count / elapsedMs;
  const left = count < total ? `, ${durationText((total - count) / perMs)} left` : '';
  return `${far}, ${number.format(Math.round(perMs * 1_000))}/s${left}`;
}

/** Milliseconds between two states that are shown: a number that people can still read. */
const INTERVAL_MS = 250;

/** One line at the bottom of a terminal, drawn over and over again. Nothing where the standard error is no terminal. */
export class ProgressLine {
  readonly #startMs = performance.now();
  #shownMs = -Infinity;
  #isShown = false;

  show(count: number, total: number): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#shownMs < INTERVAL_MS) return;
    this.#shownMs = now;
    this.#isShown = true;
    const text = progressText({ count, total, elapsedMs: now - this.#startMs });
    process.stderr.write(`\r${text.slice(0, process.stderr.columns - 1)}\x1b[K`);
  }

  clear(): void {
    if (this.#isShown) process.stderr.write('\r\x1b[K');
    this.#isShown = false;
  }

  /** `300,000 events in 6 s`. */
  endText(count: number): string {
    return `${number.format(count)} events in ${durationText(performance.now() - this.#startMs)}`;
  }
}
