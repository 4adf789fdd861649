import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { repository } from '../support/doc_page.js';
import type { PageRules, Rule } from '../support/rule.js';
import { shell } from '../support/shell.js';

const program = `${repository}wasm/dist/terminal/main.js`;
const run = promisify(execFile);

/** A line of usage: every option in it is one of the command's, with the values that are named. */
const usage: Rule = async ({ block }) => {
  const [, command = ''] = /^eventglass (\w+) URL /.exec(block.code) ?? [];
  const { stdout } = await run(process.execPath, [program, command, '--help']);
  expect(stdout).toContain(`eventglass ${command} URL`);
  const options = [...block.code.matchAll(/\[([^\]]+)\]/g)].flatMap(([, text = '']) =>
    text.split(/\|(?=--)/),
  );
  expect(options.length).toBeGreaterThan(3);
  for (const option of options) {
    const [, name = '', values = ''] = /^(--[a-z]+) ?(.*)$/.exec(option) ?? [];
    const line = stdout.split('\n').find((each) => each.includes(` ${name} `)) ?? '';
    expect(line, `${command} has no ${name}`).not.toBe('');
    if (!values.includes('|')) continue;
    for (const value of values.split('|')) expect(line).toContain(value);
  }
};

/** What is printed where a filter can't be read. */
const filterFault: Rule = async ({ block, stage }) => {
  const filter = block.code.split('\n')[1]?.trim() ?? '';
  const ended = run(process.execPath, [program, 'query', await stage.demo(), '--filter', filter]);
  const { code, stderr } = await ended.then(
    () => ({ code: 0, stderr: '' }),
    (error: unknown) => error as { readonly code: number; readonly stderr: string },
  );
  expect({ code, stderr }).toEqual({ code: 2, stderr: block.code });
};

const query = 'npx eventglass query http://localhost:3000';

export const terminal: PageRules = {
  'In a terminal': [
    shell(
      ['npx eventglass tail http://localhost:3000 --since -5m', { until: ['\n'] }],
      ['npx eventglass tail http://localhost:3000 ', { until: ['\n  20'] }],
      [`${query} --from "yesterday 14:00" --to "yesterday 15:00" --limit 500`, {}],
      [
        `${query} --filter 'amount>=1000' --format ndjson | jq .actor`,
        { then: ({ stdout }) => expect(stdout).toMatch(/^(".+"\n)+$/) },
      ],
      [
        'npx eventglass export http://localhost:3000 --filter time:2026-11 --output november.csv',
        {
          then: async ({ folder }) => {
            expect(await readFile(join(folder, 'november.csv'), 'utf8')).toMatch(/^id,timestamp,/);
          },
        },
      ],
    ),
  ],
  tail: [usage],
  Changes: [
    shell(['npx eventglass tail http://localhost:3000 --lines 0', { until: ['"op":"delete"'] }]),
  ],
  query: [usage],
  export: [usage],
  'Exit codes': [filterFault],
};
