import { appendFile, writeFile } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';

import type { Random } from '../../../backend/src/simulation/random.js';

type Event = Readonly<Record<string, string | number>>;

const dayMs = 86_400_000;
const firstMs = Date.UTC(2025, 0, 1);

/**
 * A file of rows that a test writes and knows the events of, without anything of what reads it: some rows are wrong, some
 * repeat an id, and some take several lines where the format lets them.
 */
export class LoadedFile {
  readonly path: string;
  readonly #isCsv: boolean;
  readonly #random: Random;
  /** In the order of the file. */
  readonly #events: Event[] = [];
  #rowCount = 0;

  constructor(path: string, isCsv: boolean, random: Random) {
    this.path = path;
    this.#isCsv = isCsv;
    this.#random = random;
  }

  /** In the order of time. */
  get events(): readonly Event[] {
    return this.#events.toSorted(
      (a, b) =>
        Number(a['timestamp']) - Number(b['timestamp']) ||
        (String(a['id']) < String(b['id']) ? -1 : 1),
    );
  }

  get eventCount(): number {
    return this.#events.length;
  }

  async write(count: number): Promise<void> {
    await writeFile(this.path, `${this.#isCsv ? 'time,text,n\n' : ''}${this.#rows(count)}`);
  }

  async append(count: number): Promise<void> {
    await appendFile(this.path, this.#rows(count));
  }

  /** How many of the events a store has, which must be the first of them. Nothing else may have it open. */
  async countStored(folder: string): Promise<number> {
    const database = new ClassicLevel(folder);
    const keys = await database.keys({ gt: 'e', lt: 'f' }).all();
    await database.close();
    const ids = this.#events.slice(0, keys.length).map(({ id }) => `e${id ?? ''}`);
    const there = new Set(keys);
    if (ids.length === keys.length && ids.every((id) => there.has(id))) return keys.length;
    const missing = ids.filter((id) => !there.has(id));
    throw new Error(
      `the ${keys.length} events of the store are not the first of the file: ` +
        `it lacks ${missing.length}, such as ${missing[0] ?? 'none'}`,
    );
  }

  #rows(count: number): string {
    return Array.from({ length: count }, () =>
      this.#isCsv ? this.#csvRow() : this.#jsonRow(),
    ).join('');
  }

  #csvRow(): string {
    const number = ++this.#rowCount;
    const random = this.#random;
    const day = random.below(300);
    if (random.chance(0.01)) return 'never,x,1\n';
    const text = random.chance(0.1) ? `two\nlines, "${number}"` : `row ${number}`;
    const id = `row_${String(number).padStart(9, '0')}`;
    this.#events.push({ id, timestamp: firstMs + day * dayMs, text, n: number });
    const date = new Date(firstMs + day * dayMs).toISOString().slice(0, 10);
    return `${date},"${text.replaceAll('"', '""')}",${number}\n`;
  }

  #jsonRow(): string {
    const number = ++this.#rowCount;
    const random = this.#random;
    // The first row tells what the file is, and ids of which many come again are none.
    const isFirst = this.#events.length === 0;
    if (!isFirst && random.chance(0.01)) return '{"id":"cut\n';
    if (!isFirst && random.chance(0.002)) {
      const { id } = random.pick(this.#events);
      return `${JSON.stringify({ id, time: firstMs, text: 'again', n: 0 })}\n`;
    }
    const event = {
      id: `é${number}/`,
      timestamp: firstMs + random.below(1e9),
      text: `row ${number}`,
      n: number,
    };
    this.#events.push(event);
    const { timestamp, ...rest } = event;
    return `${JSON.stringify({ ...rest, time: timestamp })}\n`;
  }
}
