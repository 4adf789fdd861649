import type { EventAnswer } from './event_request.js';
import { changesBetween, type JsonChange } from './json_changes.js';
import type { JsonObject } from '../json.js';

/** A change that the reader was there for. */
export interface SeenChange extends JsonChange {
  /** When it was seen, in ms since 1970. */
  readonly seenAt: number;
}

/** What is known of the event in the panel. */
export interface DetailView {
  readonly condition: 'loading' | 'current' | 'deleted' | 'failed';
  /** The newest known state, also of an event that is no more; `undefined` until one is known. */
  readonly event: JsonObject | undefined;
  /** The text that `event` was read from. */
  readonly json: string;
  /** When `event` was read last, in ms since 1970. */
  readonly readAt: number | undefined;
  /** Why there is no newer state. */
  readonly problem: string | undefined;
  /** JSON Pointers of what the last change changed. */
  readonly changed: ReadonlySet<string>;
  /** Newest first. */
  readonly history: readonly SeenChange[];
}

/** Changes that are remembered: two screens of them. */
export const maxSeenChanges = 50;

export const loadingView: DetailView = {
  condition: 'loading',
  event: undefined,
  json: '',
  readAt: undefined,
  problem: undefined,
  changed: new Set(),
  history: [],
};

/** What is known after `answer`, which came at `now`, in ms since 1970. */
export function viewAfter(view: DetailView, answer: EventAnswer, now: number): DetailView {
  switch (answer.type) {
    case 'none':
      return { ...view, condition: 'deleted', problem: undefined };
    case 'failed':
      return { ...view, condition: 'failed', problem: answer.reason };
    case 'event': {
      const { event, json } = answer;
      const newer = { ...view, condition: 'current', problem: undefined, readAt: now } as const;
      if (view.event && json === view.json) return newer;
      const changes = view.event ? changesBetween(view.event, event) : [];
      if (changes.length === 0) return { ...newer, event, json };
      const seen = changes.map((change) => ({ ...change, seenAt: now }));
      return {
        ...newer,
        event,
        json,
        changed: new Set(changes.map(({ path }) => path)),
        history: [...seen, ...view.history].slice(0, maxSeenChanges),
      };
    }
  }
}
