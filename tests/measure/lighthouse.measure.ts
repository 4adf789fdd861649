import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../browser/support/lighthouse.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';

describe('Lighthouse', () => {
  let servers: TimelineServers;

  beforeAll(async () => {
    servers = await TimelineServers.start({ initialCount: 100_000, mutationRate: 200 });
  });

  afterAll(() => servers.stop());

  test.each([
    ['live', 'telephone'],
    ['live', 'desktop'],
    ['past', 'telephone'],
    ['past', 'desktop'],
  ] as const)('gives 95 or more (%s, %s)', async (place, device) => {
    const [event] = (await (
      await fetch(`${servers.backendUrl}/data?rank=50000&limit=1`)
    ).json()) as { readonly timestamp: number }[];
    const time = new Date(event?.timestamp ?? NaN).toISOString();
    const url = place === 'live' ? servers.url : `${servers.url}/?t=${time}`;
    const report = await audit(url, device);
    process.stdout.write(`${place}, ${device}: ${JSON.stringify(report)}\n`);
    expect(report.performance).toBeGreaterThanOrEqual(0.95);
    expect(report.accessibility).toBeGreaterThanOrEqual(0.95);
    expect(report.bestPractices).toBeGreaterThanOrEqual(0.95);
  });
});
