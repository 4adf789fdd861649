import type { ExportState } from './export.svelte.js';
import type { ExportProgress } from './export_request.js';

const number = new Intl.NumberFormat('en-US');

/** `12.3 MB`, by a thousand. */
function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'] as const;
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  if (step === 0) return `${number.format(bytes)} bytes`;
  return `${(bytes / 1_000 ** step).toFixed(1)} ${units[step] ?? 'GB'}`;
}

/** `40,000 of 100,000 rows, 5.2 MB`. */
export function progressText({ rows, rowTotal, bytes }: ExportProgress): string {
  const total = rowTotal === undefined ? '' : ` of ${number.format(rowTotal)}`;
  return `${number.format(rows)}${total} rows, ${bytesText(bytes)}`;
}

/** How an export is going, or how it ended, in a sentence without the figures of one that goes on. */
export function stateText(state: ExportState): string {
  switch (state.type) {
    case 'idle':
      return '';
    case 'running':
      return state.retry === undefined ? 'Exporting.' : `Trying again: ${state.retry}.`;
    case 'ended':
      return state.problem === undefined
        ? `Done: ${progressText(state.progress)}.`
        : `Stopped after ${progressText(state.progress)}: ${state.problem} The file has the rows so far.`;
    case 'cancelled':
      return 'Cancelled. Nothing was kept.';
    case 'failed':
      return state.reason;
  }
}
