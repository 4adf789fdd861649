/** `pnpm bench`: see docs/benchmarks.md. */
/** @import { Options } from './options.mjs' */
import { compare, printReport } from './modes/compare.mjs';
import { measureInBrowser } from './modes/browser.mjs';
import { measureFeed } from './modes/feed.mjs';
import { measureScale } from './modes/scale.mjs';
import { checkSmall } from './modes/small.mjs';
import { parseOptions, USAGE } from './options.mjs';

/** @param {Options} options @returns {Promise<boolean>} Whether every answer was right. */
async function run(options) {
  if (options.small) return checkSmall(options);
  if (options.scale) return measureScale(options);
  if (options.browser) return measureInBrowser(options);
  if (options.feed) return measureFeed(options);
  if (options.report) return printReport(options.eventCount);
  return compare(options);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else process.exitCode = (await run(options)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
