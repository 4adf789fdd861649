import { coveredBy, type PageRules } from '../support/rule.js';
import { shell } from '../support/shell.js';

const usage = (option: string) => coveredBy('bench/options.mjs', `pnpm bench ${option}`);

/** They take minutes: here their options are compared with those that the command has. `scripts/test` runs it. */
export const benchmarks: PageRules = {
  Benchmarks: [
    shell(
      [
        'pnpm bench --only eventglass,plainjs-typed',
        usage('[--n 1000000] [--only eventglass,duckdb]'),
      ],
      ['pnpm bench --report', usage('--report')],
      ['pnpm bench --scale', usage('--scale')],
      ['pnpm bench --browser', usage('--browser')],
      ['pnpm bench --feed', usage('--feed')],
      ['pnpm bench --small', coveredBy('scripts/test', 'node bench/main.mjs --small')],
      ['pnpm bench --help', coveredBy('bench/main.mjs', 'options.help')],
      ['pnpm bench', coveredBy('package.json', '"bench": "./scripts/bench"')],
    ),
  ],
  'Memory over time': [
    shell([
      'EVENTGLASS_MEMORY_MINUTES=30 pnpm --filter @eventglass/tests exec vitest run --project=browser browser/memory.test.ts',
      coveredBy('tests/browser/memory.test.ts', "process.env['EVENTGLASS_MEMORY_MINUTES']"),
    ]),
  ],
};
