import { chromiumFlags, chromiumPath } from '@eventglass/bench/browser/chromium.mjs';
import lighthouse, { desktopConfig, type Flags, type Result } from 'lighthouse';
import { chromium } from 'playwright-core';
import { freePort } from './free_port.js';

/** What Lighthouse says of a page. */
export interface LighthouseReport {
  /** 0 to 1. */
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  /** Cumulative layout shift, as a browser counts it. */
  readonly layoutShift: number;
  /** What the figure for performance is made of, in ms. */
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly blockedMs: number;
  readonly speedIndexMs: number;
  /** Accessibility and best practices that are not met. */
  readonly faults: readonly string[];
}

/** Codes of runs without a trace of the page: they say nothing of it, and are to be made again. */
const untraced = ['NO_NAVSTART', 'NO_TRACING_STARTED'];
const maxRuns = 3;

/** Audits a page in a browser of its own, as a telephone or a desktop computer would show it. */
export async function audit(
  url: string,
  device: 'telephone' | 'desktop',
): Promise<LighthouseReport> {
  for (let run = 1; ; ++run) {
    const { categories, audits, runtimeError } = await runLighthouse(url, device);
    if (runtimeError && untraced.includes(runtimeError.code) && run < maxRuns) continue;
    if (runtimeError) throw new Error(`${url}: ${runtimeError.message}`);
    const measured = (audit: string) => audits[audit]?.numericValue ?? Infinity;
    const score = (category: string) => categories[category]?.score ?? 0;
    const faults = ['accessibility', 'best-practices']
      .flatMap((category) => categories[category]?.auditRefs ?? [])
      .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 1)
      .map(({ id }) => `${id}: ${audits[id]?.title ?? ''}`);
    return {
      performance: score('performance'),
      accessibility: score('accessibility'),
      bestPractices: score('best-practices'),
      layoutShift: measured('cumulative-layout-shift'),
      firstPaintMs: measured('first-contentful-paint'),
      largestPaintMs: measured('largest-contentful-paint'),
      blockedMs: measured('total-blocking-time'),
      speedIndexMs: measured('speed-index'),
      faults,
    };
  }
}

async function runLighthouse(url: string, device: 'telephone' | 'desktop'): Promise<Result> {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumFlags, `--remote-debugging-port=${String(port)}`],
  });
  try {
    const flags: Flags = {
      port,
      logLevel: 'error',
      onlyCategories: ['performance', 'accessibility', 'best-practices'],
    };
    const config = device === 'desktop' ? desktopConfig : undefined;
    const result = await lighthouse(url, flags, config);
    if (!result) throw new Error(`Lighthouse says nothing of ${url}`);
    return result.lhr;
  } finally {
    await browser.close();
  }
}
