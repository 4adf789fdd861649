import { createEngine, type Engine } from 'eventglass';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batch, insert, sourceOptions } from './support/test_schema.js';

const MAX_CODE_POINT = 0x10ffff;
const BATCH_EVENTS = 1_000;

/**
 * Pairs that fold together since a Unicode version later than 14, with the version. A JavaScript engine that is older than
 * the filter's table does not know them.
 */
const YOUNGER_PAIRS: readonly (readonly [number, number])[] = [
  [0x0390, 0x1fd3], // 15.1: GREEK SMALL LETTER IOTA WITH DIALYTIKA AND TONOS
  [0x03b0, 0x1fe3], // 15.1: GREEK SMALL LETTER UPSILON WITH DIALYTIKA AND TONOS
  [0xfb05, 0xfb06], // 15.1: LATIN SMALL LIGATURE LONG S T
  [0x019b, 0xa7dc], // 16: LATIN LETTER LAMBDA WITH STROKE
  [0x0264, 0xa7cb], // 16: LATIN LETTER RAMS HORN
  [0x1c89, 0x1c8a], // 16: CYRILLIC LETTER TJE
  [0xa7cc, 0xa7cd], // 16: LATIN LETTER S WITH DIAGONAL STROKE
  [0xa7ce, 0xa7cf], // 17: LATIN LETTER PHARYNGEAL VOICED FRICATIVE
  [0xa7d2, 0xa7d3], // 17: LATIN LETTER DOUBLE THORN
  [0xa7d4, 0xa7d5], // 17: LATIN LETTER DOUBLE WYNN
  [0xa7da, 0xa7db], // 16: LATIN LETTER LAMBDA
  ...range(0x10d50, 0x10d66).map((at) => [at, at + 0x20] as const), // 16: Garay
  ...range(0x16ea0, 0x16eb9).map((at) => [at, at + 0x1b] as const), // 17: Beria Erfe
];

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, i) => begin + i);
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff;
}

const text = (point: number): string => String.fromCodePoint(point);
const pointOf = (character: string): number => character.codePointAt(0) ?? 0;
/** As a regular expression has it. */
const escaped = (point: number): string => `\\u{${point.toString(16)}}`;

/** Characters that have a case, whether or not others fold together with them. */
const CASED = /^[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]$/u;

/** Code points that fold together, ascending, by each of them; those that fold alone are left out. */
function foldingClasses(): Map<number, readonly number[]> {
  let cased = '';
  for (let point = 0; point <= MAX_CODE_POINT; point++) {
    if (!isSurrogate(point) && CASED.test(text(point))) cased += text(point);
  }
  const classes = new Map<number, readonly number[]>();
  for (const character of cased) {
    const point = pointOf(character);
    if (classes.has(point)) continue;
    const members = (cased.match(new RegExp(escaped(point), 'giu')) ?? []).map(pointOf);
    if (members.length > 1) for (const member of members) classes.set(member, members);
  }
  return classes;
}

const classes = foldingClasses();

function withYounger(): Map<number, readonly number[]> {
  const all = new Map(classes);
  for (const [a, b] of YOUNGER_PAIRS) {
    if (!all.has(a) && !all.has(b)) for (const point of [a, b]) all.set(point, [a, b]);
  }
  return all;
}

const expectedClasses = withYounger();

/** Every 500th of the characters that fold alone, and those around the ones that do not. */
function loners(): number[] {
  const found: number[] = [];
  for (let point = 0; point <= MAX_CODE_POINT; point++) {
    if (isSurrogate(point) || expectedClasses.has(point)) continue;
    const isNear = expectedClasses.has(point - 1) || expectedClasses.has(point + 1);
    if (isNear || point < 0x100 || point % 500 === 0) found.push(point);
  }
  return found;
}

let engine: Engine;

beforeAll(async () => {
  engine = await createEngine(sourceOptions);
  const points = [...expectedClasses.keys(), ...loners()];
  for (let begin = 0; begin < points.length; begin += BATCH_EVENTS) {
    const part = points
      .slice(begin, begin + BATCH_EVENTS)
      .map((point) =>
        insert({ id: `u${point.toString(16)}`, timestamp: point, message: text(point) }),
      );
    expect(engine.applyFeed(batch(begin, part)).counts.inserted).toBe(part.length);
  }
});
afterAll(() => {
  engine.delete();
});

function matchesOf(filter: string): number[] {
  using view = engine.openView({ filter });
  return view
    .readRows({ begin: 0, end: view.rowCount })
    .events()
    .map((event) => Number(event['timestamp']));
}

const hex = (points: readonly number[]): string =>
  points.map((point) => point.toString(16)).join(' ');

// Thousands of views, each.
describe('characters that fold together', { timeout: 60_000 }, () => {
  test('are those of the classes that are known', () => {
    const classOf = (character: string) =>
      hex(expectedClasses.get(character.codePointAt(0) ?? 0) ?? []);
    expect(classOf('a')).toBe('41 61');
    expect(classOf('s')).toBe('53 73 17f');
    expect(classOf('k')).toBe('4b 6b 212a');
    expect(classOf('σ')).toBe('3a3 3c2 3c3');
    expect(classOf('ß')).toBe('df 1e9e');
    expect(classOf('θ')).toBe('398 3b8 3d1 3f4');
    expect(classOf('ι')).toBe('345 399 3b9 1fbe');
    expect(classOf('ﬅ')).toBe('fb05 fb06');
    expect(classOf('ΐ')).toBe('390 1fd3');
    expect(classOf('ᾳ')).toBe('1fb3 1fbc');
    expect(classOf('i')).toBe('49 69');
    expect(classOf('İ')).toBe('');
    expect(classOf('ı')).toBe('');
    expect(classes.size).toBeGreaterThan(2_800);
  });

  test('are all that JavaScript knows of', () => {
    const members = [...classes.keys()].map(escaped).join('');
    const anyMember = new RegExp(`^[${members}]$`, 'iu');
    const missing: number[] = [];
    for (let point = 0; point <= MAX_CODE_POINT; point++) {
      if (isSurrogate(point) || classes.has(point)) continue;
      if (anyMember.test(text(point))) missing.push(point);
    }
    expect(hex(missing)).toBe('');
  });

  test('find each other, and nothing else, by a word', () => {
    const wrong: string[] = [];
    for (const [point, members] of expectedClasses) {
      const found = hex(matchesOf(`message:${text(point)}`));
      const expected = hex(members);
      if (found !== expected) wrong.push(`${hex([point])} finds ${found}, not ${expected}`);
    }
    expect(wrong).toEqual([]);
  });

  test('do not find each other in quotes', () => {
    const wrong: string[] = [];
    for (const point of expectedClasses.keys()) {
      const found = hex(matchesOf(`message:"${text(point)}"`));
      if (found !== hex([point])) wrong.push(`${hex([point])} finds ${found}`);
    }
    expect(wrong).toEqual([]);
  });

  test('are told apart from those that fold alone, each of which finds itself', () => {
    const wrong: string[] = [];
    // In the language, these have a meaning of their own.
    const special = new Set(Array.from('"\\*,:<>=()- \t\n\r', pointOf));
    for (const point of loners()) {
      if (special.has(point)) continue;
      const found = hex(matchesOf(`message:${text(point)}`));
      if (found !== hex([point])) wrong.push(`${hex([point])} finds ${found}`);
    }
    expect(wrong).toEqual([]);
  });

  test('agree with the regular expressions of JavaScript, but for those that it does not know', () => {
    const unknown = YOUNGER_PAIRS.filter(([a, b]) => !new RegExp(escaped(a), 'iu').test(text(b)));
    const isKnown = ([a, b]: readonly [number, number]) =>
      hex(classes.get(a) ?? []) === hex([a, b]);
    const known = YOUNGER_PAIRS.filter((pair) => !unknown.includes(pair));
    expect(known.filter((pair) => !isKnown(pair)).map((pair) => hex(pair))).toEqual([]);
    // A class that the list names though the JavaScript engine knows it otherwise.
    expect(unknown.filter(([a, b]) => classes.has(a) || classes.has(b))).toEqual([]);
  });
});
