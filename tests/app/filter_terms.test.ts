import { describe, expect, test } from 'vitest';
import {
  choiceOf,
  filterWithChoice,
  filterWithout,
} from '../../app/src/lib/timeline/filter_terms.js';

describe('a choice of a value', () => {
  test.each([
    ['', 'included', 'source:stripe'],
    ['', 'excluded', '-source:stripe'],
    ['  timeout ', 'included', 'timeout source:stripe'],
    ['source:shop', 'included', 'source:shop,stripe'],
    ['source:shop timeout', 'included', 'source:shop,stripe timeout'],
    ['source:"a b",shop', 'included', 'source:"a b",shop,stripe'],
    ['-source:shop', 'excluded', '-source:shop,stripe'],
    ['-source:shop', 'included', '-source:shop source:stripe'],
    ['source:stripe', 'excluded', '-source:stripe'],
    ['source:shop,stripe a', 'excluded', 'source:shop a -source:stripe'],
    ['-source:stripe', 'included', 'source:stripe'],
    // What it can't change is left alone, and all the rest is joined to it.
    ['a OR b', 'included', '(a OR b) source:stripe'],
    ['a OR(b)', 'included', '(a OR(b)) source:stripe'],
    ['(a)OR b', 'excluded', '((a)OR b) -source:stripe'],
    ['(a OR b)', 'included', '(a OR b) source:stripe'],
    ['source:shop OR b', 'included', '(source:shop OR b) source:stripe'],
    ['(source:shop)', 'included', '(source:shop) source:stripe'],
    ['NOT source:shop', 'included', 'NOT source:shop source:stripe'],
    ['source:s*', 'included', 'source:s* source:stripe'],
    ['source:"s"*', 'included', 'source:"s"* source:stripe'],
    ['source:*', 'included', 'source:* source:stripe'],
    ['"source:shop"', 'included', '"source:shop" source:stripe'],
    ['" OR "', 'included', '" OR " source:stripe'],
    ['resource:shop', 'included', 'resource:shop source:stripe'],
    ['a "b', 'included', '(a "b) source:stripe'],
    ['(a', 'included', '((a) source:stripe'],
  ] as const)('of %j that is to be %s makes %j, and undone is gone', (filter, choice, expected) => {
    const chosen = filterWithChoice(filter, 'source', 'stripe', choice);
    expect(chosen).toBe(expected);
    const undone = filterWithChoice(chosen, 'source', 'stripe', 'none');
    expect(choiceOf(undone, 'source', 'stripe')).toBe('none');
    // Where quotes or parentheses don't close, nobody knows what it says.
    if (filter !== 'a "b' && filter !== '(a') {
      expect(choiceOf(chosen, 'source', 'stripe')).toBe(choice);
      expect(undone).not.toContain('stripe');
    }
  });

  test.each([
    ['source:stripe', ''],
    ['source:stripe a', 'a'],
    ['a source:stripe', 'a'],
    ['a  source:stripe b', 'a b'],
    ['source:stripe AND a', 'a'],
    ['a AND source:stripe', 'a'],
    ['a AND source:stripe b', 'a b'],
    ['a AND -source:stripe AND b', 'a AND b'],
    ['source:Stripe,shop', 'source:shop'],
    ['source:"Stripe"', 'source:"Stripe"'],
    ['source:"stripe",shop', 'source:shop'],
    ['source:stripe -source:stripe,shop', '-source:shop'],
    ['source:stripe OR a', 'source:stripe OR a'],
    ['NOT source:stripe', 'NOT source:stripe'],
  ])('is taken out of %j', (filter, expected) => {
    expect(filterWithChoice(filter, 'source', 'stripe', 'none')).toBe(expected);
  });

  test.each(['', ' ', 'a b', 'a,b', 'say "hi"', 'C:\\', 'OR', '-5', '(x)', 'x*', '😀', 'a\nb'])(
    '%j is written so that it is read again',
    (value) => {
      for (const choice of ['included', 'excluded'] as const) {
        const filter = filterWithChoice('a source:shop -source:ads', 'source', value, choice);
        expect(choiceOf(filter, 'source', value)).toBe(choice);
        expect(choiceOf(filter, 'source', 'shop')).toBe('included');
        expect(choiceOf(filter, 'source', 'ads')).toBe('excluded');
        const undone = filterWithChoice(filter, 'source', value, 'none');
        expect(undone).toBe('a source:shop -source:ads');
      }
    },
  );

  test.each([
    ['source:stripe,shop a -source:ads', 'a'],
    ['a AND source:stripe', 'a'],
    ['type:x source:stripe', 'type:x'],
    ['source:stripe OR a', 'source:stripe OR a'],
    ['source:s*', 'source:s*'],
  ])('%j without conditions on the column is %j', (filter, expected) => {
    expect(filterWithout(filter, 'source')).toBe(expected);
  });
});
