import type { Page } from 'playwright-core';

/** Longer than this, and a reader can feel it: what browsers call a long task. */
const longTaskMs = 50;

/** A complete event of Chromium's trace format; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  /** By the clock. */
  readonly dur?: number;
  /** Of the processor, spent by the thread itself. */
  readonly tdur?: number;
}

export interface TaskReport {
  readonly taskCount: number;
  /**
   * Milliseconds that long tasks of the main thread worked for. The thread's own processor time decides, not
   * the clock, by which a busy machine makes any task long. A task that only waits is not seen by it.
   */
  readonly longTasksMs: readonly number[];
}

/** Starts to record what the main thread of this page does. One page at a time. */
export async function startTaskTrace(page: Page): Promise<void> {
  await page
    .context()
    .browser()
    ?.startTracing(page, { categories: ['toplevel'] });
}

/** Ends recording and says which tasks were long. */
export async function stopTaskTrace(page: Page): Promise<TaskReport> {
  const trace = await page.context().browser()?.stopTracing();
  const { traceEvents } = JSON.parse(trace?.toString() ?? '') as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const thread = ({ pid, tid }: TraceEvent) => `${String(pid)}:${String(tid)}`;
  const mainThreads = new Set(
    traceEvents
      .filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
      .map(thread),
  );
  const tasksMs = traceEvents
    .filter((event) => event.name.endsWith('RunTask') && mainThreads.has(thread(event)))
    .map((event) => Math.round((event.tdur ?? event.dur ?? 0) / 1_000));
  return { taskCount: tasksMs.length, longTasksMs: tasksMs.filter((ms) => ms > longTaskMs) };
}
