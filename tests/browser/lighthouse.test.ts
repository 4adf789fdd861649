import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit } from './support/lighthouse.js';
import { TimelineServers } from './support/timeline_servers.js';

// Performance depends on the machine and what else it does: `measure/lighthouse.measure.ts` has it.
describe('Lighthouse', () => {
  let servers: TimelineServers;

  beforeAll(async () => {
    servers = await TimelineServers.start({ initialCount: 100_000, mutationRate: 200 });
  });

  afterAll(() => servers.stop());

  test.each(['telephone', 'desktop'] as const)(
    'finds nothing amiss at the live end, and nothing that shifts (%s)',
    async (device) => {
      const report = await audit(servers.url, device);
      expect(report.faults).toEqual([]);
      expect(report.accessibility).toBe(1);
      expect(report.bestPractices).toBe(1);
      // Rows come in all the time; what is left is the text of counts that become longer.
      expect(report.layoutShift).toBeLessThan(0.01);
    },
  );
});
