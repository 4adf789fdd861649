import { compileFunction } from 'node:vm';

/** Where an expression of a constant ends: numbers, brackets and operators alone are evaluated. */
const expression = /^[\d_'.xeU\s()+*<>-]+/i;

/**
 * The number that a constant has in a C++ or TypeScript file. A name with a dot is a member's of an object of that name, or of whatever
 * object has such a member. `undefined` where there is no such constant.
 */
export function constantIn(source: string, name: string): number | undefined {
  const [outer = '', inner] = name.split('.');
  const place = new RegExp(`^.*\\b${outer}\\b(?:: [\\w<>]+)?\\s*(?:=|:)\\s*(?=[\\d({])`, 'm').exec(
    source,
  );
  if (place === null) return undefined;
  const text = source.slice(place.index + place[0].length);
  if (inner !== undefined) return constantIn(text.slice(0, text.indexOf('}')), inner);
  const code = (expression.exec(text)?.[0] ?? '')
    .replace(/(?<=\d)'(?=\d)/g, '')
    .replace(/(?<=\d)U\b/g, '');
  const evaluate = compileFunction(`return ${code};`) as () => number;
  return evaluate();
}

const units: Readonly<Record<string, number>> = {
  KiB: 1 << 10,
  MiB: 1 << 20,
  GiB: 1 << 30,
  ms: 1,
  s: 1_000,
  min: 60_000,
};

/** The number that a cell begins with, in bytes or milliseconds where it has such a unit. */
export function amountIn(cell: string): number {
  const [, digits = '', unit = ''] = /^([\d,.]+)\s*(\w*)/.exec(cell) ?? [];
  return Number(digits.replaceAll(',', '')) * (units[unit] ?? 1);
}
