/** What the body of an error says. */
export interface ErrorBody {
  readonly code: string;
  /** The parameter at fault. */
  readonly parameter?: string;
  /** For people. */
  readonly message: string;
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
