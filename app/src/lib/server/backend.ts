import { env } from '$env/dynamic/private';
import { countHeader } from '$lib/backend_answer.js';
import { boundText } from '$lib/bound_text.js';
import type { Address, ParsedAddress } from '$lib/timeline/address.js';
import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import type { FirstRows } from '$lib/timeline/first_rows.js';
import { rowOfJson, type TimelineRow } from '@eventglass/table/timeline/row.js';
import type { RowDensity } from '@eventglass/table/view/table_settings.js';

export const defaultBackendUrl = 'http://localhost:3000';

/** A reader waits this long at most for rows from the server; the browser asks for them anyway. */
const timeoutMs = 1_500;

/** Enough for a screen 2,160 px high; about 20 kB, and 25 kB. */
const firstRowCounts: Readonly<Record<RowDensity, number>> = { comfortable: 80, compact: 100 };

/** Enough for a telephone 1,200 px high, whose rows have two lines: each further one costs it time until the page answers. */
const telephoneRowCounts: typeof firstRowCounts = { comfortable: 25, compact: 30 };

/** Whether it is a telephone that asks, as far as its browser tells. */
export function isTelephone(headers: Headers): boolean {
  const told = headers.get('sec-ch-ua-mobile');
  return told === null ? /\bMobi/.test(headers.get('user-agent') ?? '') : told === '?1';
}

/** What the rows are shown on. */
interface Screen {
  readonly rows: RowDensity;
  readonly isOnTelephone: boolean;
}

function pageUrl({ place, filter }: Address, { rows, isOnTelephone }: Screen): URL {
  const url = new URL('/data', env['BACKEND_URL'] ?? defaultBackendUrl);
  const counts = isOnTelephone ? telephoneRowCounts : firstRowCounts;
  url.searchParams.set('limit', String(counts[rows]));
  if (filter !== '') url.searchParams.set('filter', filter);
  if (place.type === 'live') {
    url.searchParams.set('direction', 'backward');
  } else {
    url.searchParams.set('start', boundText(place.key));
  }
  return url;
}

/** Throws if the answer has no count in the header `name`. */
function neededCount({ headers }: Response, name: string): number {
  const count = countHeader(headers, name);
  if (count === undefined) throw new Error(`the answer has no count in its header ${name}`);
  return count;
}

/** The rows of a page, each id once. */
function rowsOfPage(events: unknown, columns: TableColumns): readonly TimelineRow[] {
  if (!Array.isArray(events)) throw new TypeError('the answer is not an array');
  const rows = events.flatMap((event: unknown) => rowOfJson(event, columns) ?? []);
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** The rows that a page shows first, asked of the backend. Never rejects: `problem` says what went wrong. */
export async function loadFirstRows(
  address: ParsedAddress,
  columns: TableColumns,
  screen: Screen = { rows: 'comfortable', isOnTelephone: false },
): Promise<FirstRows> {
  const { schema } = columns;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(pageUrl(address.address, screen), { signal });
    if (!response.ok) throw new Error(`the answer has status ${String(response.status)}`);
    const rows = rowsOfPage(await response.json(), columns);
    const firstRank = neededCount(response, 'Eventglass-First-Rank');
    const isFiltered = address.address.filter !== '';
    const countName = isFiltered ? 'Eventglass-Match-Count' : 'Eventglass-Total-Count';
    const matchCount = neededCount(response, countName);
    return { schema, address, rows, firstRank, matchCount, problem: undefined };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    return { schema, address, rows: [], firstRank: 0, matchCount: undefined, problem: reason };
  }
}
