import { stripVTControlCharacters } from 'node:util';
import { run } from './installation.js';

/** What Vite says of a build that took long. It is of the machine, and nothing is wrong. */
const timings = /\[PLUGIN_TIMINGS\][^]*?#bundlertimings for more details\.\s*/g;

/** Runs a command of Node's in a folder. It must not complain. */
export async function runQuietly(
  folder: string,
  parameters: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { stdout, stderr } = await run(process.execPath, [...parameters], { cwd: folder, env });
  const complaints = stripVTControlCharacters(stderr).replaceAll(timings, '').trim();
  if (complaints !== '' || /warn/i.test(stdout)) throw new Error(`${stdout}\n${complaints}`);
}
