import { keepText, keptText } from '../browser_storage.js';

/** Where the width is remembered. */
const storageName = 'eventglass.detail-width';

const defaultWidthPx = 420;

/** Below it a payload breaks at every word. */
const minWidthPx = 300;

/** What the table keeps: time, severity and the begin of a message. */
const minTableWidthPx = 400;

export interface WidthRange {
  readonly minPx: number;
  readonly maxPx: number;
}

/** The widths that the panel can have in a page of this width. */
export function widthRange(pageWidthPx: number): WidthRange {
  return { minPx: minWidthPx, maxPx: Math.max(minWidthPx, pageWidthPx - minTableWidthPx) };
}

export function clampWidth(widthPx: number, { minPx, maxPx }: WidthRange): number {
  return Math.min(Math.max(Math.round(widthPx), minPx), maxPx);
}

/** The width that a remembered text tells, whoever wrote it. */
export function parseWidth(text: string | null): number {
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : defaultWidthPx;
}

/** The width that the reader last chose. */
export function rememberedWidth(): number {
  return parseWidth(keptText(storageName));
}

export function rememberWidth(widthPx: number): void {
  keepText(storageName, String(widthPx));
}
