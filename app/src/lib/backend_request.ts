export interface Failed {
  readonly type: 'failed';
  /** For people. */
  readonly reason: string;
}

/** How long to wait for a busy backend where its answer does not say, or may not be read. */
const defaultWaitMs = 2_000;

/** How long to wait for a busy backend, by the header `Retry-After`. */
export function waitMsOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? NaN);
  return seconds > 0 ? seconds * 1_000 : defaultWaitMs;
}

/** The backend answers in milliseconds, and a new filter of ten million events within a second. */
const timeoutMs = 10_000;

/** What `read` makes of the backend's answer. Never rejects; once `signal` is aborted the answer says nothing. */
export async function requestFromBackend<Answer>(
  url: string,
  signal: AbortSignal,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer | Failed> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, timeout]),
      cache: 'no-store',
    });
    return await read(response);
  } catch {
    const reason = timeout.aborted ? 'there is no answer' : 'the event source can’t be reached';
    return { type: 'failed', reason };
  }
}
