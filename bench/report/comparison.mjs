/** @import { StoreResult, TimeFigures, Verdict } from '../types.js' */
/** @import { ReportRow } from './rows.mjs' */
import { median } from '../latency.mjs';
import { formatNumber, formatTable } from './format.mjs';
import { REPORT_ROWS } from './rows.mjs';

/** The store that the goals are stated for, and the one that they are stated against. */
const SUBJECT = 'eventglass';
const OPPONENT = 'plainjs-typed';

/** @param {readonly StoreResult[]} results @param {string} name */
function find(results, name) {
  return results.find(({ adapter }) => adapter === name);
}

/**
 * How many times better the subject is, from each pair of processes that ran one after the other.
 * @param {ReportRow} row
 * @param {readonly StoreResult[]} results
 * @returns {readonly number[]}
 */
function pairedRatios({ ofRun, better }, results) {
  const [subject, opponent] = [find(results, SUBJECT), find(results, OPPONENT)];
  if (!ofRun || !subject || !opponent) return [];
  const pairCount = Math.min(subject.times.length, opponent.times.length);
  return Array.from({ length: pairCount }, (_, i) => {
    const [ours, theirs] = [subject, opponent].map(
      ({ times }) => ofRun(/** @type {TimeFigures} */ (times[i])) ?? NaN,
    );
    return better === 'more' ? (ours ?? NaN) / (theirs ?? NaN) : (theirs ?? NaN) / (ours ?? NaN);
  });
}

/** @param {ReportRow} row @param {readonly StoreResult[]} results */
function verdictOfGoal({ goal, value }, results, /** @type {number} */ ratio) {
  const subject = find(results, SUBJECT);
  const figure = subject && value(subject);
  if (!goal) return '';
  if (figure === undefined || Number.isNaN(figure)) return goal.text;
  return `${goal.text}: ${goal.isMet(figure, ratio) ? 'met' : '**missed**'}`;
}

/** @param {readonly StoreResult[]} results The table of every figure of every store. */
export function comparisonTable(results) {
  return formatTable([
    ['', ...results.map(({ adapter }) => adapter), `${SUBJECT} : typed`, 'goal'],
    ...REPORT_ROWS.map((row) => {
      const ratio = median(pairedRatios(row, results));
      return [
        row.name,
        ...results.map((result) => formatNumber(row.value(result) ?? NaN)),
        Number.isFinite(ratio) ? `${formatNumber(ratio)}×` : '–',
        verdictOfGoal(row, results, ratio),
      ];
    }),
  ]);
}

/** @param {readonly number[]} values */
function range(values) {
  return `${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`;
}

/** @param {readonly StoreResult[]} results How far the processes of each store were apart. */
export function spreadTable(results) {
  /** @type {readonly [string, (figures: TimeFigures) => number | undefined][]} */
  const figures = [
    ['load, ms', ({ loadMs }) => loadMs],
    ['mutations a second', ({ mutate }) => mutate?.mutationsPerSecond],
    ['with a live filter', ({ mutateFiltered }) => mutateFiltered?.mutationsPerSecond],
    ['a fixed loop, ms', ({ spinMs }) => spinMs],
  ];
  return formatTable([
    ['lowest to highest of the runs', ...results.map(({ adapter }) => adapter)],
    ['runs', ...results.map(({ times }) => String(times.length))],
    ...figures.map(([name, ofRun]) => [
      name,
      ...results.map(({ times }) => range(times.map((run) => ofRun(run) ?? NaN))),
    ]),
  ]);
}

/** @param {StoreResult} result */
function verdicts({ times, memory }) {
  return [...times, ...(memory ? [memory] : [])].map(({ verdict }) => verdict);
}

/** @param {readonly StoreResult[]} results What was wrong, one a line. */
export function describeFailures(results) {
  return results.flatMap((result) =>
    [...new Set(verdicts(result).flatMap(({ failures }) => failures))].map(
      (failure) => `${result.adapter}: ${failure}`,
    ),
  );
}

/** @param {readonly StoreResult[]} results */
export function countChecks(results) {
  return results.flatMap(verdicts).reduce((sum, { checkCount }) => sum + checkCount, 0);
}
