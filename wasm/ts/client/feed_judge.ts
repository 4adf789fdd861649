import type { FeedReport } from '../types.js';
import { type ClientErrorCode, describeFault, type Problem } from './client_error.js';
import type { FeedVerdict } from './feed_connection.js';
import {
  type CountsMessage,
  type DensityMessage,
  type ErrorMessage,
  readCounts,
  readDensity,
  readError,
} from './feed_messages.js';
import type { OpenErrors } from './open_errors.js';
import type { Subscriber } from './subscriber.js';
import type { Tally } from './tally.js';
import type { TimelineDensity } from './timeline_density.js';
import type { WantedFilter } from './wanted_filter.js';

/** What hears of the feed's messages. */
export interface JudgeParts {
  readonly subscriber: Subscriber;
  readonly density: TimelineDensity;
  readonly filter: WantedFilter;
  readonly tally: Tally;
  readonly errors: OpenErrors;
}

/** Connections in a row that ended at the same message: what the backend has there will not get better. */
const RELOAD_AFTER_LOSSES = 3;
/** Milliseconds until a subscription that the backend can't have is tried again: others have to give up theirs first. */
const REFUSED_RETRY_MS = 5_000;

const MALFORMED_COUNTS = "The feed sent counts that can't be read.";

/** Judges whether the feed can go on after a message, and hands on what is not the engine's. */
export class FeedJudge {
  readonly #parts: JudgeParts;
  readonly #onReset: (problem: Problem) => void;
  #lossCount = 0;

  /** `onReset`: the feed can't go on from the window's rows. */
  constructor(parts: JudgeParts, onReset: (problem: Problem) => void) {
    this.#parts = parts;
    this.#onReset = onReset;
  }

  /** Of a message of the subscription, after the engine has applied it. */
  judge(report: FeedReport, text: string): FeedVerdict {
    this.#parts.tally.count({ totalCount: report.totalCount });
    switch (report.status) {
      case 'applied':
        if (report.type === 'batch') this.#lossCount = 0;
        if (!this.#take(report, text)) return this.lose('message_malformed', MALFORMED_COUNTS);
        this.#parts.errors.resolve('feed');
        return { type: 'good' };
      case 'duplicate':
        return { type: 'good' };
      case 'gap':
        return this.lose('messages_lost', 'The feed left messages out.');
      case 'malformed':
        return this.lose(
          'message_malformed',
          `The feed sent a malformed message: ${describeFault(report.error)}.`,
        );
      case 'too_large':
        return this.lose(
          'message_too_large',
          `The feed sent too large a message: ${describeFault(report.error)}.`,
        );
      case 'epoch_changed':
      case 'reset':
        return this.#reset(
          'history_lost',
          `The feed can't go on from the rows on screen (${report.reason || report.status}).`,
        );
      case 'out_of_memory':
        return this.#reset('out_of_memory', 'There is no memory for more events.');
      case 'error':
        return this.#hearComplaint(readError(text));
    }
  }

  /** Of a message that is missing or can't be used. */
  lose(code: ClientErrorCode, message: string): FeedVerdict {
    this.#lossCount++;
    if (this.#lossCount >= RELOAD_AFTER_LOSSES) return this.#reset(code, message);
    return { type: 'lost', problem: { code, message } };
  }

  /** The window begins anew. */
  forgetLosses(): void {
    this.#lossCount = 0;
  }

  #reset(code: ClientErrorCode, message: string): FeedVerdict {
    this.#onReset({ code, message });
    return { type: 'ignored' };
  }

  /** Takes over what is not the engine's. False: it can't be read. */
  #take({ type }: FeedReport, text: string): boolean {
    switch (type) {
      case 'counts':
        return this.#takeCounts(readCounts(text));
      case 'density':
        return this.#takeDensity(readDensity(text));
      default:
        return true;
    }
  }

  #takeCounts(counts: CountsMessage | undefined): boolean {
    if (counts === undefined) return false;
    this.#parts.tally.count(counts);
    this.#parts.subscriber.count(counts);
    return true;
  }

  #takeDensity(density: DensityMessage | undefined): boolean {
    if (density === undefined) return false;
    this.#parts.density.receive(density);
    return true;
  }

  #hearComplaint({ generation, code, message, filterFault }: ErrorMessage): FeedVerdict {
    const { filter, errors } = this.#parts;
    if (generation === undefined) {
      errors.add('feed', {
        code: 'backend_complained',
        message: `The backend did not understand this page (${code}).`,
        action: 'Going on.',
      });
      return { type: 'ignored' };
    }
    // What was discarded for the sake of this subscription is lost, so it begins again from the cursor.
    if (filterFault !== undefined) filter.refuse(filter.ofWindow, filterFault);
    const problem: Problem =
      code === 'too_many_filters'
        ? { code, message: 'The backend takes no more filters now.' }
        : {
            code: 'backend_complained',
            message: `The backend can't follow these rows (${code}: ${message}).`,
          };
    return { type: 'lost', problem, retryAfterMs: REFUSED_RETRY_MS };
  }
}
