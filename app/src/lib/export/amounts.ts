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
