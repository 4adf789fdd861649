import type { ExportRequest } from './arguments.js';
import type { Backend } from './backend.js';
import type { EventWriter } from './event_writer.js';
import type { EventJson } from './event_json.js';
import { ExportFile } from './export_file.js';
import { Cancelled, Fault } from './faults.js';
import { ProgressLine } from './progress.js';
import { pagesOf, ranksOf } from './range.js';
import type { Screen } from './screen.js';

/** An export under way. */
class Run {
  readonly #request: ExportRequest;
  readonly #backend: Backend;
  readonly #screen: Screen;
  readonly #write: (text: string) => Promise<void>;
  readonly progress = new ProgressLine();
  #count = 0;

  constructor(
    request: ExportRequest,
    backend: Backend,
    screen: Screen,
    write: (text: string) => Promise<void>,
  ) {
    this.#request = request;
    this.#backend = backend;
    this.#screen = screen;
    this.#write = write;
  }

  get count(): number {
    return this.#count;
  }

  async writePages(): Promise<void> {
    const { range } = this.#request;
    const { begin, end } = await ranksOf(this.#backend, range);
    let writer: EventWriter | undefined;
    for await (const { events, cursor } of pagesOf(this.#backend, range)) {
      writer ??= await this.#begin(events);
      await this.#write(writer.lines(events, cursor.seq));
      this.#count += events.length;
      this.progress.show(this.#count, end - begin);
    }
    if (writer === undefined) await this.#begin([]);
  }

  async #begin(firstEvents: readonly EventJson[]): Promise<EventWriter> {
    const writer = this.#screen.writerFor(firstEvents);
    await this.#write(writer.head(firstEvents));
    return writer;
  }
}

/** Writes all events of a range, page by page: to a file that is there once it is whole, or to the standard output. */
export async function exportEvents(
  request: ExportRequest,
  backend: Backend,
  screen: Screen,
): Promise<void> {
  const { file: path, isForced } = request;
  const file = path === undefined ? undefined : await ExportFile.create(path, isForced);
  const write = (text: string): Promise<void> =>
    file === undefined ? screen.output.write(text) : file.write(text);
  const run = new Run(request, backend, screen, write);
  try {
    await run.writePages();
    await file?.finish();
  } catch (cause) {
    run.progress.clear();
    if (file === undefined) throw cause;
    await file.abandon();
    const nothing = `${file.path} was not written.`;
    if (cause instanceof Cancelled) screen.report(`Cancelled: ${nothing}`);
    if (cause instanceof Fault) throw new Fault([...cause.lines, nothing], cause.exitCode);
    throw cause;
  }
  run.progress.clear();
  if (file !== undefined) screen.report(`${file.path}: ${run.progress.endText(run.count)}`);
}
