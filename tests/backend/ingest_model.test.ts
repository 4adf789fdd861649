import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import { type Backend, createBackend } from '../../backend/src/server.js';
import { readSettings } from '../../backend/src/settings.js';
import { deleteOf } from '../../backend/src/store/mutation_text.js';
import { FeedReader } from './support/feed_reader.js';
import { NaiveTimeline, compareEvents } from './support/naive_timeline.js';
import { type PostReport, eventAt, fetchPage, token } from './support/test_backend.js';

const day = Date.UTC(2025, 0, 15);

let backend: Backend;
let url: string;
let feed: FeedReader;

beforeAll(async () => {
  const environment = { PORT: '0', INGEST_TOKEN: token, LOG_LEVEL: 'silent', MUTATION_RATE: '0' };
  backend = await createBackend(readSettings(environment, { initialCount: 0 }), {
    ingestLimits: { requests: { burst: 1e9, perSecond: 1e9 } },
  });
  ({ url } = await backend.listen());
  feed = await FeedReader.open(url);
});

afterAll(() => backend.close());

const ids = ['a', 'b', 'ümlaut', '\uFF5E', '😀', 'nul\u0000', '__proto__', 'x'.repeat(1_024)];

const anyMessage = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('long '.repeat(2_000)));

const anyFields = fc.record(
  {
    severity: fc.constantFrom('info', 'error'),
    message: anyMessage,
    amount: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
    actor: fc.constant(null),
    timestamp: fc.integer({ min: day, max: day + 3 }),
  },
  { requiredKeys: [] },
);

const anyId = fc.constantFrom(...ids);

/** What one line may hold. */
const anyLine = fc.oneof(
  fc.record({ id: anyId, fields: anyFields, isWrapped: fc.boolean() }).map((insert) => {
    const event = { ...eventAt(day, insert.id), ...insert.fields };
    return insert.isWrapped ? { op: 'insert', event } : event;
  }),
  fc.record({ op: fc.constant('update'), id: anyId, set: anyFields }),
  fc.record({ op: fc.constant('delete'), id: anyId }),
  fc.constant({ op: 'insert' }),
);

type PostedLine = Readonly<Record<string, unknown>> & { readonly id?: string };

/** Events by id: what lines make of them, in the plainest way. */
class PostModel {
  readonly events = new Map<string, Event>();
  readonly counts = { accepted: 0, unchanged: 0, rejectedCount: 0 };

  take(line: PostedLine): void {
    const { op, event, id = '', set } = line;
    if (op === 'insert' && event === undefined) this.counts.rejectedCount++;
    else if (op === undefined || op === 'insert') this.#put((event ?? line) as Event);
    else if (op === 'delete') this.counts[this.events.delete(id) ? 'accepted' : 'unchanged']++;
    else if (!this.events.has(id)) this.counts.rejectedCount++;
    else this.#put({ ...this.events.get(id), ...(set as object) } as Event);
  }

  #put(event: Event): void {
    const present = Object.entries(event).filter(([, value]) => value !== null);
    // JSON has no -0.
    const after = JSON.parse(JSON.stringify(Object.fromEntries(present))) as Event;
    const before = this.events.get(after.id);
    const isSame =
      before !== undefined && JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
    this.events.set(after.id, after);
    this.counts[isSame ? 'unchanged' : 'accepted']++;
  }

  inOrder(): readonly Event[] {
    return [...this.events.values()].sort(compareEvents);
  }
}

function sorted(event: Event): readonly (readonly [string, unknown])[] {
  return Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Sends `body` cut at these places, each piece in a write of its own. */
async function postInPieces(body: Buffer, cuts: readonly number[]): Promise<PostReport> {
  const request = httpRequest(`${url}/data`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
  });
  request.setNoDelay(true);
  const answered = new Promise<PostReport>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString()) as PostReport));
    });
  });
  let begin = 0;
  for (const cut of [...cuts].map((part) => Math.floor(part * body.length)).sort((a, b) => a - b)) {
    request.write(body.subarray(begin, cut));
    begin = cut;
    // So that the pieces arrive apart.
    await new Promise((resolve) => setImmediate(resolve));
  }
  request.end(body.subarray(begin));
  return answered;
}

test('any lines, however their body is cut, come to what a map of events makes of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyLine, { maxLength: 30 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      async (posts, cuts, lineEnd) => {
        // Each run begins with nothing.
        const left = (await fetchPage(url)).events.map(({ id }) => deleteOf(id));
        if (left.length > 0) backend.publish(left);
        const model = new PostModel();
        for (const lines of posts) {
          const before = { ...model.counts };
          for (const line of lines) model.take(line);
          const body = Buffer.from(lines.map((line) => JSON.stringify(line)).join(lineEnd));
          const report = await postInPieces(body, cuts);
          const { accepted, unchanged, rejectedCount, seq } = report;
          expect({ accepted, unchanged, rejectedCount }).toEqual({
            accepted: model.counts.accepted - before.accepted,
            unchanged: model.counts.unchanged - before.unchanged,
            rejectedCount: model.counts.rejectedCount - before.rejectedCount,
          });
          const page = await fetchPage(url);
          expect(page.events).toEqual(model.inOrder());
          expect(page.seq).toBe(seq);
        }
        // Who follows the feed holds the same.
        const { seq } = await fetchPage(url);
        await feed.reached(seq);
        const timeline = new NaiveTimeline();
        for (const batch of feed.batches) timeline.apply(batch);
        expect(timeline.events()).toEqual(model.inOrder());
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
