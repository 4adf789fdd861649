import type { FilterFault } from '../client/client_error.js';
import { UsageFault } from './faults.js';
import { cutToWidth, textWidth, visibleText } from './visible_text.js';

/** UTF-16 units before the fault that are shown, and columns in all: what fits on most screens. */
const MAX_UNITS_BEFORE = 40;
const MAX_WIDTH = 72;

/** Shows a filter with the place at fault marked below it. */
export function filterUsageFault(filter: string, fault: FilterFault): UsageFault {
  const { begin, end, expected, message } = fault;
  const excerptBegin = Math.max(begin - MAX_UNITS_BEFORE, 0);
  const before = `${excerptBegin > 0 ? '…' : ''}${visibleText(filter.slice(excerptBegin, begin))}`;
  const faulty = visibleText(filter.slice(begin, end));
  const shown = cutToWidth(`${before}${faulty}${visibleText(filter.slice(end))}`, MAX_WIDTH);
  const indent = textWidth(before);
  const carets = Math.min(Math.max(textWidth(faulty), 1), Math.max(MAX_WIDTH - indent, 1));
  const why = expected === '' ? message : expected;
  return new UsageFault(
    `The filter can't be read: ${why}.`,
    `  ${shown}`,
    `  ${' '.repeat(indent)}${'^'.repeat(carets)}`,
  );
}
