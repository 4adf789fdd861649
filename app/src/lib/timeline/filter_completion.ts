import type { Schema } from 'eventglass';

/** What could stand at the caret. */
export interface Completion {
  /** As it is shown. */
  readonly label: string;
  /** What takes the place of `[begin, end)` of the text, in UTF-16 units. */
  readonly insertion: string;
  readonly begin: number;
  readonly end: number;
}

/** The values of a column that are offered, the likeliest first. */
export type ColumnValues = (column: string) => readonly string[];

const maxCompletions = 12;

/** Values that stand for themselves without quotes. */
const plainValue = /^[\p{L}\p{N}_.][\p{L}\p{N}_.-]*$/u;

const keywords = new Set(['AND', 'OR', 'NOT']);

/** `text` in quotes: exactly these characters, whatever they are. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** `value` as a condition has it: as it is where it stands for itself, else in quotes. */
export function valueTerm(value: string): string {
  return plainValue.test(value) && !keywords.has(value) ? value : quoted(value);
}

function begins(text: string, prefix: string): boolean {
  return text.toLowerCase().startsWith(prefix.toLowerCase());
}

/** What the typed begin of a value is like without its quotes. */
function unquotedPrefix(typed: string): string {
  return typed.startsWith('"') ? typed.slice(1).replaceAll(/\\(.)/g, '$1') : typed;
}

/** The term that the text ends in, without its `-`: from white space or a parenthesis on that is in no quotes. */
function lastTerm(text: string): string {
  let begin = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) i++;
    else if (!isQuoted && /[\s()]/.test(character)) begin = i + 1;
  }
  return text.slice(begin).replace(/^-/, '');
}

function columnCompletions(typed: string, caret: number, schema: Schema): readonly Completion[] {
  return schema
    .filter(({ name }) => begins(name, typed))
    .map(({ name, type }) => {
      const insertion = `${name}${type === 'number' ? '>=' : ':'}`;
      return { label: insertion, insertion, begin: caret - typed.length, end: caret };
    });
}

/** Completions of the text at the caret: names of columns, or values after `column:`. None where neither fits. */
export function completionsAt(
  text: string,
  caret: number,
  schema: Schema,
  valuesOf: ColumnValues,
): readonly Completion[] {
  const term = lastTerm(text.slice(0, caret));
  const condition = /^([^":<>=]+):(?:.*,)?([^,]*)$/su.exec(term);
  if (!condition) {
    return term.startsWith('"')
      ? []
      : columnCompletions(term, caret, schema).slice(0, maxCompletions);
  }
  const [, column = '', typed = ''] = condition;
  const prefix = unquotedPrefix(typed);
  return valuesOf(column)
    .filter((value) => begins(value, prefix) && valueTerm(value) !== typed)
    .slice(0, maxCompletions)
    .map((value) => ({
      label: value,
      insertion: valueTerm(value),
      begin: caret - typed.length,
      end: caret,
    }));
}
