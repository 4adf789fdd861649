import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** Bytes of memory that a process has made for itself: heaps and stacks, not code or files. Linux only. */
export async function processBytes(processId: number): Promise<number> {
  const status = await readFile(`/proc/${String(processId)}/status`, 'utf8');
  const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) * 1_024;
}

/** The memory of the process that a page and its workers run in. */
export interface PageMemory {
  readonly processId: number;
  /** Has page and workers give back what they do not need. */
  collectGarbage(): Promise<void>;
}

/**
 * Looks into the process of `page`: of the browser's, the one that holds the most. REQUIRES: it is the only page, and its
 * worker runs
 */
export async function openPageMemory(page: Page): Promise<PageMemory> {
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser');
  const session = await page.context().newCDPSession(page);
  const workerSessions: string[] = [];
  session.on('Target.attachedToTarget', ({ sessionId }) => workerSessions.push(sessionId));
  const options = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
  await session.send('Target.setAutoAttach', options);

  const browserSession = await browser.newBrowserCDPSession();
  const { processInfo } = await browserSession.send('SystemInfo.getProcessInfo');
  const renderers = await Promise.all(
    processInfo
      .filter(({ type }) => type === 'renderer')
      .map(async ({ id }) => ({ id, bytes: await processBytes(id) })),
  );
  const [largest] = renderers.sort((a, b) => b.bytes - a.bytes);
  if (!largest || workerSessions.length === 0) throw new Error('the page has no worker');

  return {
    processId: largest.id,
    async collectGarbage() {
      await session.send('HeapProfiler.collectGarbage');
      for (const sessionId of workerSessions) {
        const answered = new Promise((resolve) => {
          session.once('Target.receivedMessageFromTarget', resolve);
        });
        const message = JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' });
        await session.send('Target.sendMessageToTarget', { sessionId, message });
        await answered;
      }
      await browserSession.send('Memory.simulatePressureNotification', { level: 'critical' });
    },
  };
}
