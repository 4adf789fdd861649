import { createHash, timingSafeEqual } from 'node:crypto';

import type { Request } from 'express';

import type { ClientAddress } from '../http/client_address.js';
import { HttpError } from '../http/http_error.js';
import { DebtLedger } from './debt_ledger.js';
import type { IngestLimits } from './ingest_limits.js';

export interface IngestAccessOptions {
  /** `undefined`: nobody may write. */
  readonly token: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly limits: IngestLimits;
  readonly addressOf: ClientAddress;
  /** Milliseconds, never going back. */
  readonly now: () => number;
}

/**
 * Who may write, and how often. A right token is never refused for wrong ones from the same address: behind a proxy that is
 * not trusted all clients have one, and a token of 16 characters is not found by guessing.
 */
export class IngestAccess {
  readonly #options: IngestAccessOptions;
  readonly #digest: Buffer | undefined;
  readonly #requests: DebtLedger;
  readonly #mutations: DebtLedger;
  readonly #wrongTokens: DebtLedger;

  constructor(options: IngestAccessOptions) {
    const { token, limits, now } = options;
    this.#options = options;
    this.#digest = token === undefined ? undefined : digestOf(token);
    this.#requests = new DebtLedger(limits.requests, now);
    this.#mutations = new DebtLedger(limits.mutations, now);
    this.#wrongTokens = new DebtLedger(limits.wrongTokens, now);
  }

  /** @throws {HttpError} for a request that must not write, or not now. */
  check(request: Request): void {
    const { origin } = request.headers;
    // Only browsers send one. A page of somewhere else has no business here, token or not.
    if (origin !== undefined && !this.#options.allowedOrigins.includes(origin)) {
      throw new HttpError(403, {
        code: 'origin_not_allowed',
        message: 'this origin is not allowed',
      });
    }
    const address = this.#options.addressOf(request);
    this.#checkToken(request.headers.authorization, address);
    const waitMs = Math.max(this.#requests.waitMs(address), this.#mutations.waitMs(address));
    if (waitMs > 0) throw tooMany('too many requests or mutations in a short time', waitMs);
    this.#requests.take(address, 1);
  }

  /** `count` mutations have been read of `request`. */
  noteMutations(request: Request, count: number): void {
    this.#mutations.take(this.#options.addressOf(request), count);
  }

  #checkToken(header: string | undefined, address: string): void {
    const digest = this.#digest;
    if (digest === undefined) {
      throw new HttpError(
        403,
        {
          code: 'ingest_off',
          message:
            'nothing can be written here: start the backend with INGEST_TOKEN, a secret of at least 16 characters, to turn it on',
        },
        { 'WWW-Authenticate': challenge },
      );
    }
    const token = header === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(header)?.[1];
    // Digests are of one length, and say nothing of how much of a token is right.
    if (token !== undefined && timingSafeEqual(digestOf(token), digest)) return;
    const waitMs = this.#wrongTokens.waitMs(address);
    if (waitMs > 0) throw tooMany('too many wrong tokens in a short time', waitMs);
    this.#wrongTokens.take(address, 1);
    throw new HttpError(
      401,
      {
        code: 'unauthorized',
        message:
          token === undefined
            ? 'expected the header Authorization: Bearer …, with the token of INGEST_TOKEN'
            : 'this is not the token of INGEST_TOKEN',
      },
      {
        'WWW-Authenticate': token === undefined ? challenge : `${challenge}, error="invalid_token"`,
      },
    );
  }
}

const challenge = 'Bearer realm="eventglass"';

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function tooMany(message: string, waitMs: number): HttpError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new HttpError(
    429,
    { code: 'too_many_requests', message: `${message}; try again in ${seconds} s` },
    { 'Retry-After': String(seconds) },
  );
}
