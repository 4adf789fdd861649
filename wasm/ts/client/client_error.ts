import type { DecodeError } from '../types.js';

/** What went wrong, for programs. */
export type ClientErrorCode =
  /** No answer from the backend. */
  | 'backend_unreachable'
  /** The backend answered a request with an HTTP error. */
  | 'backend_refused'
  /** The backend sent an error message through the feed. */
  | 'backend_complained'
  /** No answer in time. */
  | 'timeout'
  /** An answer that is not what was asked for: a redirect, another content type, wrong or missing headers. */
  | 'unexpected_answer'
  | 'page_malformed'
  | 'page_too_large'
  /** A page older than what the window already knew, such as one out of a cache. */
  | 'page_too_old'
  /** The filter does not parse; `ClientState.filterError` says where. */
  | 'invalid_filter'
  /** More different filters are in use, or new ones asked for, than the backend has room or time for. */
  | 'too_many_filters'
  /** A frame of the feed that is not a message. */
  | 'message_malformed'
  | 'message_too_large'
  /** The feed left messages out. */
  | 'messages_lost'
  /** The feed said nothing for longer than its heartbeat allows. */
  | 'feed_silent'
  | 'feed_closed'
  /** The backend can't resume from the cursor, or began a new epoch. */
  | 'history_lost'
  /** More changes came while a page was under way than are kept. */
  | 'backlog_full'
  /** A source that is no backend can't be read, or fails. */
  | 'source_failed'
  /** A source that is held whole has more events than the window holds. */
  | 'capacity_reached'
  /** Bad events or mutations that were left out of a page or a batch. */
  | 'events_skipped'
  | 'out_of_memory'
  /** The worker could not start, or crashed. */
  | 'worker_failed';

/** Something that went wrong. */
export interface Problem {
  /** For programs. */
  readonly code: ClientErrorCode;
  /** For people. */
  readonly message: string;
}

/** A problem, and what is being done about it. */
export interface ClientError extends Problem {
  /** For people. */
  readonly action: string;
}

/** Why a text is not a filter; see docs/filter.md. */
export interface FilterFault {
  /** For people. */
  readonly message: string;
  /** The characters at fault, in UTF-16 units of the text. */
  readonly begin: number;
  /** The first character after them. */
  readonly end: number;
  /** What should stand there, a sentence without its full stop; `''` where the backend does not say. */
  readonly expected: string;
}

/** The action of something that is tried again after a delay. */
export function tryingAgainIn(delayMs: number): string {
  return `Trying again in ${(delayMs / 1000).toFixed(1)} s.`;
}

/** Where in the bytes a fault was met. */
export function describeFault(error: DecodeError | undefined): string {
  return error === undefined ? 'no reason given' : `${error.message} at byte ${error.byteOffset}`;
}
