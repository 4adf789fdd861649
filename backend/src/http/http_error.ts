/** What the body of an error says. */
export interface ErrorBody {
  readonly code: string;
  /** The parameter at fault. */
  readonly parameter?: string;
  /** For people. */
  readonly message: string;
  /** Of a filter that does not parse: the part at fault, in UTF-16 units, and what belongs there. */
  readonly begin?: number;
  readonly end?: number;
  readonly expected?: string;
}

/** An answer other than success: its status and the body that explains it. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: ErrorBody, headers: Readonly<Record<string, string>> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** Milliseconds after which a client should ask again where nobody knows what it has to wait for. */
const defaultWaitMs = 2_000;

/** The answer to a request that others have to make room for; `message` says what it waits for, and how long. */
export function busy(message: string, waitMs = defaultWaitMs): HttpError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  return new HttpError(503, { code: 'busy', message }, headers);
}
