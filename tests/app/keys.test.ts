import { describe, expect, test } from 'vitest';
import { keyCommand } from '../../app/src/lib/timeline/keys.js';
import { hasOwnUse } from '../../table/src/grid/table_keys.js';

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

describe('the command of a key', () => {
  const key = (name: string, modifiers: object = {}) =>
    keyCommand({
      key: name,
      shiftKey: false,
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      ...modifiers,
    });

  test.each([
    ['ArrowDown', { type: 'rows', count: 1 }],
    ['PageUp', { type: 'pages', count: -1 }],
    ['j', { type: 'step', count: 1 }],
    [']', { type: 'nextMatch' }],
    ['[', { type: 'previousMatch' }],
    ['F3', { type: 'nextMatch' }],
    ['k', { type: 'step', count: -1 }],
    ['Enter', { type: 'open' }],
    ['Escape', { type: 'close' }],
    ['Home', { type: 'first' }],
    ['End', { type: 'live' }],
    ['l', { type: 'live' }],
    ['/', { type: 'filter' }],
    ['f', { type: 'facets' }],
    ['g', { type: 'time' }],
    ['c', { type: 'copy' }],
    ['e', { type: 'export' }],
    ['p', { type: 'palette' }],
    ['v', { type: 'view' }],
    ['?', { type: 'help' }],
    ['x', undefined],
  ])('%s', (name, command) => {
    expect(key(name)).toEqual(command);
  });

  test.each([
    ['f', { ctrlKey: true }, 'search'],
    ['F', { metaKey: true }, 'search'],
    ['f', { ctrlKey: true, shiftKey: true }, undefined],
    ['f', { ctrlKey: true, altKey: true }, undefined],
    ['F3', { shiftKey: true }, 'previousMatch'],
    ['F3', { altKey: true }, undefined],
    // As keyboards write it that have no key for it.
    [']', { ctrlKey: true, altKey: true }, 'nextMatch'],
    ['[', { altKey: true }, 'previousMatch'],
    // The browser's own way back and forward.
    ['[', { metaKey: true }, undefined],
    [']', { ctrlKey: true }, undefined],
  ])('%s with %j is %s', (name, modifiers, type) => {
    expect(key(name, modifiers)?.type).toBe(type);
  });

  test.each(['j', '/', 'c', 'Enter'])("%s with Ctrl is the browser's", (name) => {
    for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) {
      expect(key(name, { [modifier]: true })).toBeUndefined();
    }
  });

  test.each([{ ctrlKey: true }, { metaKey: true }])('K with %j shows all commands', (modifiers) => {
    expect(key('k', modifiers)).toEqual({ type: 'palette' });
    expect(key('k', { ...modifiers, altKey: true })).toBeUndefined();
  });
});
