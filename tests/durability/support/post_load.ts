import { Agent, request as httpRequest } from 'node:http';

import type { Event } from '../../../backend/src/event_schema.js';
import type { Random } from '../../../backend/src/simulation/random.js';
import { type PostReport, token } from '../../backend/support/test_backend.js';

/** Events that one sender keeps changing. */
const idCount = 300;

type Mutation =
  | { readonly op: 'insert'; readonly event: Event }
  | { readonly op: 'update'; readonly id: string; readonly set: Readonly<Partial<Event>> }
  | { readonly op: 'delete'; readonly id: string };

/** Events by id, as JSON with the fields in the order of the schema. */
type Events = Map<string, string>;

/**
 * Posts mutations of events of its own, one request after the other, until the backend is gone; and knows what must be there:
 * all that was acknowledged, and of the last request a part from its beginning, mutation by mutation.
 */
export class Sender {
  readonly #prefix: string;
  readonly #random: Random;
  #acknowledged: Events = new Map();
  #underWay: readonly Mutation[] = [];
  #acknowledgedCount = 0;

  constructor(prefix: string, random: Random) {
    this.#prefix = prefix;
    this.#random = random;
  }

  get acknowledgedCount(): number {
    return this.#acknowledgedCount;
  }

  /** Mutations of the last request, which nobody has answered. */
  get underWayCount(): number {
    return this.#underWay.length;
  }

  /** Ends when a request fails. REQUIRES: `settle` has been called since. */
  async run(url: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (;;) {
        this.#underWay = this.#makeMutations();
        const report = await post(url, agent, this.#underWay);
        if (report.accepted + report.unchanged !== this.#underWay.length) {
          throw new Error(`not all was taken: ${JSON.stringify(report)}`);
        }
        for (const mutation of this.#underWay) apply(this.#acknowledged, mutation);
        this.#acknowledgedCount += this.#underWay.length;
        this.#underWay = [];
      }
    } catch (error) {
      if (!(error instanceof BrokenError)) throw error;
    } finally {
      agent.destroy();
    }
  }

  /**
   * Compares with all events that are there, and goes on from them. Answers how many mutations of the unanswered request they
   * have.
   */
  settle(all: readonly Event[]): number {
    const there: Events = new Map(
      all
        .filter(({ id }) => id.startsWith(this.#prefix))
        .map((event) => [event.id, JSON.stringify(event)]),
    );
    const expected = new Map(this.#acknowledged);
    const differing = new Set(
      [...expected.keys(), ...there.keys()].filter((id) => expected.get(id) !== there.get(id)),
    );
    let count = 0;
    for (const mutation of this.#underWay) {
      if (differing.size === 0) break;
      apply(expected, mutation);
      count++;
      const id = idOf(mutation);
      if (expected.get(id) === there.get(id)) differing.delete(id);
      else differing.add(id);
    }
    if (differing.size > 0) {
      const [id = ''] = differing;
      throw new Error(
        `${this.#prefix}: ${differing.size} events are neither as acknowledged nor as any part of the last request ` +
          `of ${this.#underWay.length} leaves them, such as ${id}: acknowledged ${this.#acknowledged.get(id) ?? 'gone'}, ` +
          `there ${there.get(id) ?? 'gone'}`,
      );
    }
    this.#acknowledged = expected;
    this.#underWay = [];
    return count;
  }

  #makeMutations(): readonly Mutation[] {
    const random = this.#random;
    // Most fit into one section, some take several.
    const count = random.chance(0.1) ? 500 + random.below(1_000) : 1 + random.below(40);
    const events = new Map(this.#acknowledged);
    return Array.from({ length: count }, () => {
      const mutation = this.#makeMutation(events);
      apply(events, mutation);
      return mutation;
    });
  }

  #makeMutation(events: Events): Mutation {
    const random = this.#random;
    const id = `${this.#prefix}${random.below(idCount)}`;
    if (!events.has(id) || random.chance(0.3)) return { op: 'insert', event: this.#makeEvent(id) };
    if (random.chance(0.3)) return { op: 'delete', id };
    const set = random.chance(0.2)
      ? { timestamp: random.below(1_000_000) }
      : { severity: random.pick(['info', 'warning', 'error']), message: this.#makeMessage() };
    return { op: 'update', id, set };
  }

  #makeEvent(id: string): Event {
    const random = this.#random;
    return {
      id,
      timestamp: random.below(1_000_000),
      source: random.pick(['shop', 'auth']),
      type: 'test.made',
      severity: 'info',
      actor: 'Ana',
      message: this.#makeMessage(),
    };
  }

  /** Some are long, so that logs are turned into tables now and then. */
  #makeMessage(): string {
    const random = this.#random;
    const text = random.below(2 ** 32).toString(36);
    return random.chance(0.1) ? text.repeat(200) : text;
  }
}

function idOf(mutation: Mutation): string {
  return mutation.op === 'insert' ? mutation.event.id : mutation.id;
}

function apply(events: Events, mutation: Mutation): void {
  const id = idOf(mutation);
  if (mutation.op === 'delete') events.delete(id);
  else if (mutation.op === 'insert') events.set(id, JSON.stringify(mutation.event));
  else {
    const event = JSON.parse(events.get(id) ?? '') as Event;
    events.set(id, JSON.stringify({ ...event, ...mutation.set }));
  }
}

/** No whole answer came. */
class BrokenError extends Error {
  override readonly name = 'BrokenError';
}

/** Sends the body in two pieces, so that the backend may end in the middle of it. */
function post(url: string, agent: Agent, mutations: readonly Mutation[]): Promise<PostReport> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' };
    const request = httpRequest(`${url}/data`, { method: 'POST', agent, headers });
    const fail = (error: Error): void => reject(new BrokenError(error.message));
    request.on('error', fail);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('error', fail);
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text) as PostReport);
        else reject(new Error(`${response.statusCode ?? 0}: ${text}`));
      });
    });
    const body = Buffer.from(mutations.map((mutation) => JSON.stringify(mutation)).join('\n'));
    const middle = body.length >> 1;
    request.write(body.subarray(0, middle));
    setImmediate(() => request.end(body.subarray(middle)));
  });
}
