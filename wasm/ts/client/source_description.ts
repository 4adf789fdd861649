import type { TimestampUnit } from './local/timestamps.js';

/** A value, or a promise of one. */
export type Awaitable<Value> = Value | Promise<Value>;

/** How events are read that were not made for Eventglass. */
export interface ReadingOptions {
  /**
   * What numbers in the timestamp's field count since 1970. Default: by their size, which is right from 1973 to 5138.
   * Texts are dates as `Date.parse` reads them, or such numbers.
   */
  readonly timestampUnit?: TimestampUnit;
  /** Fields of an event by column, where they are named otherwise: `{ timestamp: 'meta.created_at' }`. Dots lead into objects. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** An array that the page has. It is copied to the worker. */
export interface EventsSource extends ReadingOptions {
  /** What kind of source it is. */
  readonly type: 'events';
  /** Those that the timeline has. */
  readonly events: readonly object[];
}

/** A file, such as one that was dropped on the page, or an address of one: a JSON array, or an event a line. */
export interface FileSource extends ReadingOptions {
  /** What kind of source it is. */
  readonly type: 'file';
  /** The file, or its address. */
  readonly file: Blob | string;
  /** Of a request for an address. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How an address is asked for what has changed alone. */
export interface SinceParameter {
  /** Of the address's query. */
  readonly parameter: string;
  /** Of events: its greatest value so far is sent. */
  readonly field: string;
}

/** An address whose answer is the list of all events, or of those that changed; asked for again and again. */
export interface PollSource extends ReadingOptions {
  /** What kind of source it is. */
  readonly type: 'poll';
  /** Where the list is asked for. */
  readonly url: string;
  /** Milliseconds between an answer and the next request. */
  readonly intervalMs: number;
  /** Of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the list is in the answer, such as `data.items`. Default: the answer is the list. */
  readonly items?: string;
  /**
   * Given where an answer has only what has changed: the greatest value of `field` so far is sent as `parameter`. Without it
   * each answer has all events, and those that it lacks have been deleted.
   */
  readonly since?: SinceParameter;
  /** A field that is true in events that have been deleted; for answers that have only what has changed. */
  readonly deletedField?: string;
}

/** Server-Sent Events: a stream whose messages are events, or lists of them. */
export interface SseSource extends ReadingOptions {
  /** What kind of source it is. */
  readonly type: 'sse';
  /** Of the stream. */
  readonly url: string;
  /** Of the requests for the stream and the list. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A list of the events until now, asked for once the stream is open. */
  readonly initialUrl?: string;
  /** Where the list is in that answer. */
  readonly items?: string;
  /**
   * Milliseconds, from 1,000 on: a connection that brings nothing for so long, not even a comment, is taken for lost and made anew. Default: none,
   * since a stream whose server sends no comments may be quiet for as long as it likes.
   */
  readonly silenceMs?: number;
}

/** An object of the page's own, at the other end of a port; made by `eventglass/sources`. */
export interface PortSource extends ReadingOptions {
  /** What kind of source it is. */
  readonly type: 'push';
  /** Where the object is reached. */
  readonly port: MessagePort;
  /** Whole events are asked for there. */
  readonly readsEvents: boolean;
}

/** An object of the page's own that answers for parts of its timeline; made by `eventglass/sources`. */
export interface PagesSource extends ReadingOptions {
  /** What kind of source it is. */
  readonly type: 'pages';
  /** Where the object is reached. */
  readonly port: MessagePort;
  /** The object answers for the events of a filter alone. */
  readonly filters: boolean;
  /** It counts events over time. */
  readonly readsDensity: boolean;
  /** It has whole events. */
  readonly readsEvents: boolean;
  /** It tells what changes. */
  readonly follows: boolean;
}

/** What the worker can read by itself. */
export type PlainSource = EventsSource | FileSource | PollSource | SseSource;

/** In place of a backend; plain values, which a worker can be sent. */
export type SourceDescription = PlainSource | PortSource | PagesSource;

/** What a worker is given of such a source. */
export interface OpenedSource {
  /** What it is told to read. */
  readonly source: SourceDescription;
  /** What goes to the worker for good. */
  readonly transfer: Transferable[];
  /** Where it takes another worker than sources that are held whole. */
  readonly makeWorker?: () => Worker;
  /** The worker has ended. */
  readonly close: () => void;
}

/** A source that has something to do on the page, such as `push(…)` of `eventglass/sources`. */
export interface OpenableSource {
  /** Once for each worker. */
  open(): OpenedSource;
}
