import { parseArgs } from 'node:util';

/** For people who ask with --help. */
export const USAGE = `pnpm bench [--n 1000000] [--only eventglass,duckdb] [--runs 3] [--budget 15] [--timeout 600]
    measures every store, saves the figures and prints the table
pnpm bench --report [--n 1000000]
    prints the table of the figures saved so far
pnpm bench --scale [--sizes 10000,100000,1000000,5000000] [--only eventglass]
    measures one store at several sizes, and draws a chart
pnpm bench --browser [--n 1000000] [--only eventglass,plainjs-typed] [--seconds 8]
    measures stores in a worker of a page in Chromium, read while mutations stream in
pnpm bench --feed [--n 1000000] [--clients 200] [--rate 5000] [--seconds 30]
    measures the backend: clients with different windows, while the timeline changes
pnpm bench --small
    compares answers with the oracle at a small size, and judges no time

--runs     processes whose figures the medians are of
--budget   seconds after which a phase of mutations ends
--timeout  seconds after which a process is given up
--seconds  how long it streams
--rate     mutations a second`;

/** @param {string} text @param {string} name */
function toPositive(text, name) {
  const number = Number(text);
  if (!Number.isInteger(number) || number <= 0) {
    throw new RangeError(`--${name} needs a whole number above 0, not '${text}'.`);
  }
  return number;
}

/** @param {readonly string[]} args Throws a TypeError or RangeError that names what is wrong. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      scale: { type: 'boolean', default: false },
      browser: { type: 'boolean', default: false },
      feed: { type: 'boolean', default: false },
      small: { type: 'boolean', default: false },
      only: { type: 'string' },
      n: { type: 'string', default: '1000000' },
      sizes: { type: 'string', default: '10000,100000,1000000,5000000' },
      runs: { type: 'string', default: '3' },
      budget: { type: 'string', default: '15' },
      timeout: { type: 'string', default: '600' },
      seconds: { type: 'string', default: '8' },
      clients: { type: 'string', default: '200' },
      rate: { type: 'string', default: '5000' },
    },
  });
  return {
    help: values.help,
    report: values.report,
    scale: values.scale,
    browser: values.browser,
    feed: values.feed,
    small: values.small,
    only: values.only?.split(','),
    eventCount: toPositive(values.n, 'n'),
    sizes: values.sizes.split(',').map((size) => toPositive(size, 'sizes')),
    runs: toPositive(values.runs, 'runs'),
    budgetMs: toPositive(values.budget, 'budget') * 1_000,
    timeoutMs: toPositive(values.timeout, 'timeout') * 1_000,
    seconds: toPositive(values.seconds, 'seconds'),
    clients: toPositive(values.clients, 'clients'),
    rate: toPositive(values.rate, 'rate'),
  };
}

/** @typedef {ReturnType<typeof parseOptions>} Options */
