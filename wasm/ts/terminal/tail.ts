import { parseBound } from '../client/key_bounds.js';
import type { Cursor, EventKey } from '../types.js';
import type { TailRequest } from './arguments.js';
import type { Backend, Page } from './backend.js';
import { nodeEnvironment } from './environment.js';
import type { EventJson } from './event_json.js';
import type { EventWriter } from './event_writer.js';
import { Feed } from './feed.js';
import type { Mutation } from './feed_message.js';
import { ranksOf } from './range.js';
import type { Screen } from './screen.js';
import { ShownEvents } from './shown_events.js';

const number = new Intl.NumberFormat('en-US');

/** Why a feed can't go on, by the reasons of docs/protocol.md. */
const RESET_REASONS: Readonly<Record<string, string>> = {
  epoch_changed: 'the backend has begun a new history',
  log_truncated: 'the backend no longer knows what happened since',
  cursor_in_future: 'the backend has gone back in its history',
  too_far_behind: 'more has happened than is kept for a slow reader',
};

/** Prints the newest events, then what comes. */
export class Tail {
  readonly #request: TailRequest;
  readonly #backend: Backend;
  readonly #screen: Screen;
  readonly #shown: ShownEvents;
  #writer: EventWriter | undefined;
  #cursor: Cursor | undefined;

  constructor(request: TailRequest, backend: Backend, screen: Screen) {
    this.#request = request;
    this.#backend = backend;
    this.#screen = screen;
    this.#shown = new ShownEvents(backend.keyNames);
  }

  /** Until the program is to end. */
  async run(): Promise<never> {
    for (;;) {
      const cursor = await this.#showNewest();
      const reason = await this.#follow(cursor);
      if (this.#request.hasChanges) this.#shown.clear();
      this.#screen.output.push(this.#writer?.reset(reason) ?? '');
      this.#screen.report(
        `The feed can't go on (${reason}: ${RESET_REASONS[reason] ?? 'something is wrong with it'}). ` +
          'Events may be missing here; the newest ones follow.',
      );
    }
  }

  /** The state that they are exact at. */
  async #showNewest(): Promise<Cursor> {
    const page = await this.#newest();
    const { cursor } = page;
    if (cursor.epoch !== this.#cursor?.epoch) this.#shown.clear();
    this.#cursor = cursor;
    const events = this.#request.lines === 0 ? [] : page.events;
    const news = this.#shown.addPage(events, cursor.seq);
    if (page.events.length > 0) {
      const writer = this.#writerFor(page.events);
      await this.#screen.output.write(writer.lines(news, cursor.seq));
    }
    await this.#tellOfMore(events.length);
    return cursor;
  }

  /** The one that was made for the first events that there were. */
  #writerFor(events: readonly EventJson[]): EventWriter {
    if (this.#writer === undefined) {
      this.#writer = this.#screen.writerFor(events);
      this.#screen.output.push(this.#writer.head(events));
    }
    return this.#writer;
  }

  #newest(): Promise<Page> {
    const { since, lines } = this.#request;
    const isAgain = this.#cursor !== undefined;
    const limit = Math.max(lines, 1);
    return this.#backend.page({ start: since, limit, direction: 'backward' }, isAgain);
  }

  /** Events since a time that were asked for and are more than are shown. */
  async #tellOfMore(count: number): Promise<void> {
    const { since, lines } = this.#request;
    if (since === undefined || count < lines) return;
    const { begin, end } = await ranksOf(this.#backend, { start: since, stop: undefined });
    if (end - begin <= count) return;
    const all = `${number.format(count)} of ${number.format(end - begin)} events since then`;
    this.#screen.report(`The newest ${all}. All of them: eventglass export`);
  }

  async #follow(cursor: Cursor): Promise<string> {
    const feed = new Feed({
      backend: this.#backend,
      environment: nodeEnvironment,
      cursor,
      begin: this.#begin,
      onMutations: (mutations) => {
        this.#print(mutations);
        if (this.#screen.output.isBehind) this.#waitForReader(feed);
      },
      report: this.#screen.report,
    });
    return feed.follow();
  }

  /** All events are followed: what comes late has an earlier time than what was shown. */
  get #begin(): EventKey | undefined {
    const { since } = this.#request;
    const bound = since === undefined ? 'open' : parseBound(since);
    return bound === 'open' ? undefined : bound;
  }

  #print(mutations: readonly Mutation[]): void {
    for (const mutation of mutations) {
      const happening = this.#shown.take(mutation);
      if (happening === undefined) continue;
      const { event } = happening;
      if (event === undefined && !this.#request.hasChanges) continue;
      const writer = this.#writerFor(event === undefined ? [] : [event]);
      this.#screen.output.push(writer.happening(happening));
    }
  }

  /** What comes is left to the backend while nobody reads. */
  #waitForReader(feed: Feed): void {
    feed.pause();
    this.#screen.output.drained().then(
      () => feed.resume(),
      () => undefined, // the program ends
    );
  }
}
