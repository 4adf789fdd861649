import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Command, Said } from '../support/shell.js';

/** A time, as tables of the terminal write it. */
const time = '20';

function expectLines({ stdout }: Said, line: RegExp): void {
  const lines = stdout.split('\n').filter((each) => each !== '');
  expect(lines.length).toBeGreaterThan(0);
  for (const each of lines) expect(each).toMatch(line);
}

/** Commands of the terminal program, whatever their options, against the demo. */
export const terminalCommands: readonly Command[] = [
  ['npx eventglass tail ', { until: [time] }],
  [
    'npx eventglass query http://localhost:3000 --from -2h --format ndjson',
    { then: (said) => expectLines(said, /^["{]/) },
  ],
  [
    'npx eventglass export http://localhost:3000 --output events.csv',
    {
      then: async ({ folder }) => {
        const csv = await readFile(join(folder, 'events.csv'), 'utf8');
        expect(csv).toMatch(/^id,timestamp,/);
        expect(csv.split('\n').length).toBeGreaterThan(1_900);
      },
    },
  ],
];
