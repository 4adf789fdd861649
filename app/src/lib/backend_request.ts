export interface Failed {
  readonly type: 'failed';
  /** For people. */
  readonly reason: string;
}

/** The backend answers in milliseconds, and a new filter of ten million events within a second. */
const usualTimeoutMs = 10_000;

/** What `read` makes of the backend's answer. Never rejects; once `signal` is aborted the answer says nothing. */
export async function requestFromBackend<Answer>(
  url: string,
  signal: AbortSignal,
  read: (response: Response) => Promise<Answer>,
  options: {
    readonly timeoutMs?: number;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer | Failed> {
  const { timeoutMs = usualTimeoutMs, headers = {} } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.any([signal, timeout]),
      cache: 'no-store',
    });
    return await read(response);
  } catch {
    const reason = timeout.aborted ? 'there is no answer' : 'the event source can’t be reached';
    return { type: 'failed', reason };
  }
}
