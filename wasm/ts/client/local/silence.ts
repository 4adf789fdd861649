import type { CancelTimer, Environment } from '../environment.js';
import { SourceProblem } from './source_run.js';

/** Milliseconds: no connection is given up sooner. */
const MIN_SILENCE_MS = 1_000;
/** Milliseconds that timers can wait; what is longer is for ever. */
const MAX_SILENCE_MS = 2 ** 31 - 1;

/**
 * Until `read` has ended; rejects where it has not called `heard` for so long. A connection whose other end is gone says nothing for
 * ever, and nothing else tells.
 *
 * @throws {SourceProblem}
 */
export function unlessSilent(
  limitMs: number,
  environment: Pick<Environment, 'after'>,
  url: string,
  read: (heard: () => void) => Promise<void>,
): Promise<void> {
  const silenceMs = Math.max(MIN_SILENCE_MS, limitMs);
  let cancel: CancelTimer | undefined;
  return new Promise<void>((resolve, reject) => {
    const heard = (): void => {
      cancel?.();
      if (!(silenceMs <= MAX_SILENCE_MS)) return;
      cancel = environment.after(silenceMs, () => {
        reject(new SourceProblem('feed_silent', `${url} said nothing for ${silenceMs / 1000} s.`));
      });
    };
    heard();
    read(heard).then(resolve, reject);
  }).finally(() => cancel?.());
}
