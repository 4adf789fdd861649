import { readFile } from 'node:fs/promises';
import { compileFunction } from 'node:vm';

/** Runs the example under a heading of docs/adapters.md; what it imports and leaves open is given. Answers its `result`. */
export async function runExample(
  heading: string,
  given: Readonly<Record<string, unknown>>,
  result: string,
): Promise<unknown> {
  const doc = await readFile(new URL('../../../docs/adapters.md', import.meta.url), 'utf8');
  const section = doc.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const code = /```js\n([^]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new Error(`no example under '${heading}'`);
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn ${result};`;
  const run = compileFunction(body, Object.keys(given)) as (...values: unknown[]) => unknown;
  return run(...Object.values(given));
}
