import { readFile } from 'node:fs/promises';
import type { Event } from '@eventglass/backend/schema';
import { tableFromIPC } from '@uwdata/flechette';
import type { Download, Page } from 'playwright-core';

/** Lines of fields by RFC 4180: CRLF between them, quotes doubled within quotes. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (let at = 0; at < text.length;) {
    let field = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        field += text[at] ?? '';
        if (text[at] === '"') at++;
        if (at >= text.length) throw new Error('a quote does not close');
      }
      at++;
    } else {
      const end = /,|\r\n/.exec(text.slice(at, at + 4_096))?.index ?? text.length - at;
      field = text.slice(at, at + end);
      at += end;
    }
    line.push(field);
    if (text.startsWith('\r\n', at)) {
      lines.push(line);
      line = [];
      at += 2;
    } else if (text[at] === ',') {
      at++;
    } else {
      throw new Error(`neither a comma nor a line's end at ${String(at)}`);
    }
  }
  return lines;
}

/** The events of a CSV file that was written without its guard. */
export function eventsOfCsv(text: string): readonly Event[] {
  const [head = [], ...lines] = parseCsv(text);
  return lines.map((line) => {
    const { timestamp, amount, ...event } = Object.fromEntries(
      head.map((name, i) => [name, line[i]]),
    );
    const time = Date.parse(timestamp ?? '');
    const rest = amount === '' ? {} : { amount: Number(amount) };
    return { ...event, timestamp: time, ...rest } as unknown as Event;
  });
}

export function eventsOfNdjson(text: string): readonly Event[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}

export function eventsOfArrow(bytes: Uint8Array): readonly Event[] {
  return tableFromIPC(bytes)
    .toArray()
    .map((row: object) =>
      Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
    ) as unknown as readonly Event[];
}

/** Everything that matches, read by other means than the export's: by rank, as often as it takes. */
export async function readAll(backendUrl: string, filter: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (;;) {
    const query = new URLSearchParams({ rank: String(events.length), limit: '50000' });
    if (filter !== '') query.set('filter', filter);
    const answer = await fetch(`${backendUrl}/data?${query.toString()}`);
    const page = (await answer.json()) as readonly Event[];
    events.push(...page);
    if (page.length === 0) return events;
  }
}

export function openExport(page: Page) {
  return page.getByRole('dialog', { name: 'Export events' });
}

/** Presses the button and waits for the file. */
export async function exportedFile(page: Page): Promise<Buffer> {
  const download = page.waitForEvent('download', { timeout: 120_000 });
  await openExport(page).getByRole('button', { name: 'Export', exact: true }).press('Enter');
  return contentOf(await download);
}

export async function contentOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

/** As in browsers that can't write to the reader's disk. */
export function withoutSavePicker(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    Reflect.deleteProperty(window, 'showSaveFilePicker');
    Reflect.deleteProperty(Window.prototype, 'showSaveFilePicker');
  });
}
