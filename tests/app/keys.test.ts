import { describe, expect, test } from 'vitest';
import { hasOwnUse } from '../../app/src/lib/timeline/keys.js';

/** An element with this tag and nothing around it, as far as simple selectors go. */
const elementOf = (tag: string): Pick<Element, 'closest'> => ({
  closest: (selectors: string) =>
    selectors.split(', ').some((selector) => selector.replace(/(?<=.)\[.*/, '') === tag)
      ? ({} as Element)
      : null,
});

describe('a key', () => {
  test.each([
    ['input', 'End', true],
    ['textarea', 'ArrowUp', true],
    ['select', 'ArrowDown', true],
    ['[contenteditable]', 'Home', true],
    ['button', ' ', true],
    ['button', 'Enter', true],
    ['a', ' ', true],
    ['button', 'End', false],
    ['button', 'PageUp', false],
    ['a', 'Home', false],
    ['div', ' ', false],
    ['body', 'End', false],
  ])('has a use of its own at %s: %j: %s', (tag, key, expected) => {
    expect(hasOwnUse(elementOf(tag), key)).toBe(expected);
  });
});
