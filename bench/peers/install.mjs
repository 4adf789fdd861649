import { spawnSync } from 'node:child_process';
import { ADAPTERS } from '../adapters/index.mjs';

const INSTALL = ['install', '--ignore-workspace', '--frozen-lockfile', '--ignore-scripts'];

/**
 * Installs the packages of the peers if one of these adapters needs them. They are large, so nothing else does.
 * @param {readonly string[]} adapters
 */
export function ensurePeers(adapters) {
  if (!adapters.some((name) => ADAPTERS[name]?.isPeer)) return;
  const { status } = spawnSync('pnpm', INSTALL, {
    cwd: import.meta.dirname,
    env: { ...process.env, CI: 'true' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the packages of bench/peers could not be installed');
}
