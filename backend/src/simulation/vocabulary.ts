import { actorNames } from './actors.js';
import { scale } from './third_parties.js';

/** All actors, the busiest first. */
export const actors = actorNames(scale.actorCount);

/** A small part of the numbers that a slot can show; enough to look random, and bounded. */
function samples(count: number, make: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** What fills the `{slots}` of messages. `{actor}` is the event's own actor. */
export const vocabulary: Readonly<Record<string, readonly string[]>> = {
  order: samples(4_096, (index) => `#${10_000 + ((index * 7_919) % 90_000)}`),
  card: samples(1_024, (index) => String(1_000 + ((index * 2_741) % 9_000))),
  count: samples(990, (index) => String(index + 10)),
  percent: samples(98, (index) => String(index + 1)),
  digit: samples(8, (index) => String(index + 2)),
  ms: samples(1_024, (index) => String(300 + ((index * 7_919) % 9_700))),
  hash: samples(4_096, (index) => ((index + 1) * 0x9e3779).toString(16).slice(-7).padStart(7, '0')),
  decline: [
    'insufficient funds',
    'card expired',
    'do not honour',
    'limit exceeded',
    'stolen card',
    'wrong security code',
  ],
  repo: [
    'acme/website',
    'acme/mobile-app',
    'acme/billing',
    'acme/search',
    'acme/design-system',
    'acme/data-pipeline',
    'acme/infra',
  ],
  branch: [
    'fix/login-loop',
    'feature/dark-mode',
    'chore/deps',
    'release/4.2',
    'fix/rtl-layout',
    'spike/wasm',
    'hotfix/tax-rounding',
  ],
  service: [
    'checkout',
    'search',
    'login',
    'image-resizer',
    'mail-sender',
    'invoice-printer',
    'webhooks',
    'edge-cache',
  ],
  complaint: [
    'the invoice shows the wrong VAT number',
    'I cannot log in on my phone',
    'export hangs at 99%',
    'umlauts like ä, ö and ü are broken',
    'emoji 😀 turn into question marks',
    'where is my parcel?',
    'the app is in the wrong language',
  ],
  product: [
    'espresso machine',
    'wool blanket',
    'desk lamp "Luna"',
    'trail shoes, size 43',
    'noise-cancelling headphones',
    'cast-iron pan',
    'board game',
    'bicycle pump',
  ],
  city: [
    'Lisbon',
    'São Paulo',
    'Kraków',
    'Nairobi',
    'Osaka',
    'Tel Aviv',
    'Malmö',
    'Montréal',
    'Hanoi',
    'Bengaluru',
    'Cairo',
  ],
  company: [
    'Brightwater Ltd',
    'Köhler & Söhne',
    'Nordlys AS',
    'Blue Heron Inc.',
    'Café Aroma',
    'Tanaka 商店',
    'Oak & Iron',
    'Papillon SARL',
  ],
  plan: ['Free', 'Team', 'Business', 'Enterprise'],
  channel: ['#general', '#support', '#on-call', '#random', '#release-train', '#déploiement'],
};
