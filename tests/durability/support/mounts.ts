import { execFileSync } from 'node:child_process';

/** Mounts, and answers what takes it away again; `undefined` where this machine does not let us. */
export function tryMount(args: readonly string[]): (() => void) | undefined {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const target = args.at(-1) ?? '';
  // A process that has just ended may hold it for a moment.
  return () => execFileSync('umount', ['--lazy', target]);
}
