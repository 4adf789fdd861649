import { createEngine, type Engine, type Schema } from 'eventglass';
import type { Fields, FilterCase } from '../rules/filter_cases.js';

const schema: Schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'source', type: 'dictionary' },
  { name: 'type', type: 'dictionary' },
  { name: 'severity', type: 'dictionary' },
  { name: 'message', type: 'text' },
  { name: 'amount', type: 'number' },
  { name: 'unit price', type: 'number' },
  { name: 'done', type: 'boolean' },
];

/** An engine with the columns that the filters of docs/filter.md name. */
export class FilterBench implements Disposable {
  readonly #engine: Engine;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async make(): Promise<FilterBench> {
    return new FilterBench(await createEngine({ schema }));
  }

  /** The events that it finds. @throws {FilterError} */
  found(filter: string, events: readonly Fields[]): readonly Fields[] {
    this.#engine.clear();
    const rows = events.map((event, i) => ({ timestamp: 0, ...event, id: String(i) }));
    const { status } = this.#engine.applyPage(new TextEncoder().encode(JSON.stringify(rows)), {
      cursor: { epoch: 'e', seq: 0 },
      covered: { begin: undefined, end: undefined },
    });
    if (status !== 'applied') throw new Error(`the page was not applied: ${status}`);
    using view = this.#engine.openView({ filter });
    const ids = new Set(
      view
        .readRows({ begin: 0, end: view.rowCount })
        .events()
        .map(({ id }) => id),
    );
    return events.filter((_, i) => ids.has(String(i)));
  }

  /** Those of the events of a case that are not found, or found, though the page says otherwise. */
  wrong(filter: string, { finds, leaves }: FilterCase): readonly Fields[] {
    const found = new Set(this.found(filter, [...finds, ...leaves]));
    return [
      ...finds.filter((event) => !found.has(event)),
      ...leaves.filter((event) => found.has(event)),
    ];
  }

  [Symbol.dispose](): void {
    this.#engine.delete();
  }
}
