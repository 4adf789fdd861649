import { valueTerm } from './filter_completion.js';

/** Whether a filter asks for a value of a column: for events that have it, that do not, or neither. */
export type Choice = 'included' | 'excluded' | 'none';

interface Token {
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

/** A condition `column:a,b` or `-column:a,b` that all events have to meet. */
interface Condition {
  readonly token: Token;
  readonly isNegative: boolean;
  /** As they are written. */
  readonly values: readonly string[];
}

const parts = /"(?:\\.|[^"\\])*"|\s+|[()]|[^\s()"]+|"/gsu;
const valueList = /^(?:"(?:\\.|[^"\\])*"|[^",]*[^",*])(?:,(?:"(?:\\.|[^"\\])*"|[^",]*[^",*]))*$/su;
const values = /"(?:\\.|[^"\\])*"|[^",]+/gsu;

/** What a filter has outside parentheses, and what is in them as one; `undefined` where quotes or parentheses don't close. */
function outerTokens(filter: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let depth = 0;
  let begin: number | undefined;
  const finish = (end: number): void => {
    if (begin !== undefined) tokens.push({ text: filter.slice(begin, end), begin, end });
    begin = undefined;
  };
  for (const { 0: part, index } of filter.matchAll(parts)) {
    if (part === '"') return undefined;
    if (part === ')') {
      if (--depth < 0) return undefined;
      if (depth === 0) finish(index + 1);
    } else if (depth > 0) {
      if (part === '(') depth++;
    } else if (part === '(') {
      if (begin === undefined || filter.slice(begin, index) !== '-') {
        finish(index);
        begin = index;
      }
      depth++;
    } else if (part.trim() === '') {
      finish(index);
    } else {
      begin ??= index;
    }
  }
  finish(filter.length);
  return depth === 0 ? tokens : undefined;
}

/** Whether quotes and parentheses close, so that what is put around the text stays around it. */
export function isClosed(filter: string): boolean {
  return outerTokens(filter) !== undefined;
}

function hasAlternatives(tokens: readonly Token[] | undefined): boolean {
  return tokens === undefined || tokens.some(({ text }) => text === 'OR');
}

/** The conditions on a column that can be changed without a look at the rest of the filter. */
function conditionsOn(filter: string, column: string): readonly Condition[] {
  const tokens = outerTokens(filter);
  if (tokens === undefined || hasAlternatives(tokens)) return [];
  return tokens.flatMap((token, i) => {
    const isNegative = token.text.startsWith(`-${column}:`);
    const isCondition = isNegative || token.text.startsWith(`${column}:`);
    const list = token.text.slice(token.text.indexOf(':') + 1);
    if (!isCondition || tokens[i - 1]?.text === 'NOT' || !valueList.test(list)) return [];
    return [{ token, isNegative, values: list.match(values) ?? [] }];
  });
}

/** Whether a value is meant by what is written: case counts in quotes only. */
function isValue(written: string, value: string): boolean {
  if (!written.startsWith('"')) return written.toLowerCase() === value.toLowerCase();
  return written.slice(1, -1).replaceAll(/\\(.)/gsu, '$1') === value;
}

/** The filter without a token and the AND that joins it. */
function withoutToken(filter: string, token: Token): string {
  const tokens = outerTokens(filter) ?? [];
  const i = tokens.findIndex(({ begin }) => begin === token.begin);
  if (i === 0) {
    const next = tokens[1]?.text === 'AND' ? tokens[2] : tokens[1];
    return next ? filter.slice(next.begin) : '';
  }
  const isJoined = tokens[i - 1]?.text === 'AND';
  const last = tokens[i - (isJoined ? 2 : 1)];
  return filter.slice(0, last?.end ?? 0) + filter.slice(token.end);
}

function withValues(filter: string, condition: Condition, written: readonly string[]): string {
  const { token } = condition;
  if (written.length === 0) return withoutToken(filter, token);
  const head = token.text.slice(0, token.text.indexOf(':') + 1);
  return filter.slice(0, token.begin) + head + written.join(',') + filter.slice(token.end);
}

/** The filter without any condition on this value alone. */
function withoutValue(filter: string, column: string, value: string): string {
  for (const condition of conditionsOn(filter, column)) {
    const left = condition.values.filter((written) => !isValue(written, value));
    if (left.length === condition.values.length) continue;
    return withoutValue(withValues(filter, condition, left), column, value);
  }
  return filter.trim();
}

/** What a filter says of a value, as far as it says so in a condition of its own. */
export function choiceOf(filter: string, column: string, value: string): Choice {
  const found = conditionsOn(filter, column).find(({ values }) =>
    values.some((written) => isValue(written, value)),
  );
  if (found === undefined) return 'none';
  return found.isNegative ? 'excluded' : 'included';
}

/**
 * The filter that includes or excludes a value, or does no more, in place of what it said of the value. Conditions on the
 * column are extended and reduced; a new one is joined to all the rest by AND.
 */
export function filterWithChoice(
  filter: string,
  column: string,
  value: string,
  choice: Choice,
): string {
  const rest = withoutValue(filter, column, value);
  if (choice === 'none') return rest;
  const isNegative = choice === 'excluded';
  const written = valueTerm(value);
  const known = conditionsOn(rest, column).find((each) => each.isNegative === isNegative);
  if (known) return withValues(rest, known, [...known.values, written]);
  return filterWithTerm(rest, `${isNegative ? '-' : ''}${column}:${written}`);
}

/** The filter, and a term that all its events have to meet as well. */
export function filterWithTerm(filter: string, term: string): string {
  if (filter === '') return term;
  return `${hasAlternatives(outerTokens(filter)) ? `(${filter})` : filter} ${term}`;
}

/** The filter without its conditions on a column: what the column's values are counted for, so that others can be chosen. */
export function filterWithout(filter: string, column: string): string {
  const [condition] = conditionsOn(filter, column);
  return condition ? filterWithout(withoutToken(filter, condition.token), column) : filter.trim();
}

/** Which columns to count for which filter: each without its own conditions, most often one filter for all. */
export function columnsByFilter(
  filter: string,
  columns: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const byFilter = new Map<string, readonly string[]>();
  for (const column of columns) {
    const own = filterWithout(filter, column);
    byFilter.set(own, [...(byFilter.get(own) ?? []), column]);
  }
  return byFilter;
}
