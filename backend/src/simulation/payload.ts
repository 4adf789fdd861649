import type { Event } from '../event_schema.js';
import { Random } from './random.js';
import { vocabulary } from './vocabulary.js';

const userAgents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15',
  'okhttp/4.12.0',
  'curl/8.9.1',
] as const;

const regions = ['eu-west-1', 'eu-north-1', 'us-east-1', 'ap-south-1', 'sa-east-1'] as const;
const stepNames = ['received', 'verified', 'enriched', 'routed', 'stored', 'notified'] as const;

/** What only one event at a time is asked for: what its third party sent along with it. */
export interface Payload {
  readonly [member: string]: unknown;
}

/** Hexadecimal digits. */
function hex(random: Random, length: number): string {
  return Array.from({ length }, () => random.below(16).toString(16)).join('');
}

function word(random: Random, slot: string): string {
  return random.pick(vocabulary[slot] ?? ['']);
}

/**
 * The payload of an event: 1 to 3 KB, nested. It is a function of the seed and the event's id and
 * source, so that it need not be stored and stays the same while the event changes.
 */
export function payloadOf(seed: number, event: Pick<Event, 'id' | 'source'>): Payload {
  const random = new Random(seed, `payload ${event.id}`);
  const firstAttemptMs = random.below(400);
  return {
    schemaVersion: 2 + random.below(3),
    source: {
      name: event.source,
      region: random.pick(regions),
      webhook: {
        id: `whk_${hex(random, 16)}`,
        signature: `sha256=${hex(random, 64)}`,
        attempts: Array.from({ length: 1 + random.below(3) }, (_, index) => ({
          number: index + 1,
          durationMs: firstAttemptMs + random.below(900),
          status: random.chance(0.8) ? 200 : 503,
        })),
      },
    },
    request: {
      id: hex(random, 32),
      address: `192.0.2.${random.below(256)}`,
      userAgent: random.pick(userAgents),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        'x-request-start': `t=${random.below(1_000_000)}`,
      },
    },
    subject: {
      order: word(random, 'order'),
      company: word(random, 'company'),
      plan: word(random, 'plan'),
      place: { city: word(random, 'city'), isVerified: random.chance(0.7) },
      items: Array.from({ length: 1 + random.below(4) }, () => ({
        name: word(random, 'product'),
        quantity: 1 + random.below(5),
        price: { value: random.below(50_000) / 100, currency: 'EUR' },
      })),
    },
    steps: stepNames.slice(0, 2 + random.below(5)).map((name) => ({
      name,
      service: word(random, 'service'),
      durationMs: random.below(2_000),
      note: random.chance(0.3) ? word(random, 'complaint') : null,
    })),
    labels: Array.from({ length: random.below(5) }, () => word(random, 'branch')),
  };
}
