import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TimelineServers } from './timeline_servers.js';

const backendEntry = fileURLToPath(new URL('../../../backend/build/index.js', import.meta.url));

/** The timeline's servers, for measuring. */
export interface LargeTimeline extends AsyncDisposable {
  readonly servers: TimelineServers;
}

/** Starts app and backend each in a process of its own, so that neither waits for the measuring one. */
export async function startLargeTimeline(eventCount: number): Promise<LargeTimeline> {
  const servers = await TimelineServers.start({ withBackend: false });
  const backend = spawn(process.execPath, [backendEntry], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: new URL(servers.backendUrl).port,
      INITIAL_COUNT: String(eventCount),
      ALLOWED_ORIGINS: servers.url,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await fetch(`${servers.backendUrl}/health`).catch(() => undefined))?.ok) {
    if (backend.exitCode !== null) throw new Error('the backend has ended: is it built?');
    await sleep(100);
  }
  return {
    servers,
    [Symbol.asyncDispose]: async () => {
      const ended = once(backend, 'exit');
      backend.kill();
      await Promise.all([ended, servers.stop()]);
    },
  };
}
