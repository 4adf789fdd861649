import { describe, expect, test } from 'vitest';
import {
  keyText,
  moves,
  pageActions,
  reasonAgainst,
  type PageState,
} from '../../app/src/lib/timeline/commands.js';
import { keyCommand } from '../../app/src/lib/timeline/keys.js';

const actions = [...moves, ...pageActions];

describe('the list of commands', () => {
  const keys = actions.flatMap(({ keys, command }) => keys.map((key) => [key, command] as const));

  test.each(keys)('%j is the key of %j', (key, command) => {
    const [, modifier, name = ''] = /^(Ctrl\+|Shift\+)?(.+)$/.exec(key) ?? [];
    const event = {
      key: name,
      ctrlKey: modifier === 'Ctrl+',
      shiftKey: modifier === 'Shift+',
      altKey: false,
      metaKey: false,
    };
    expect(keyCommand(event)).toEqual(command);
  });

  test('names every command and every key once', () => {
    expect(new Set(actions.map(({ name }) => name)).size).toBe(actions.length);
    expect(new Set(keys.map(([key]) => key)).size).toBe(keys.length);
  });

  test.each([
    ['ArrowUp', '↑'],
    ['Shift+ ', 'Shift+Space'],
    ['Ctrl+k', 'Ctrl+K'],
    ['j', 'j'],
    ['Escape', 'Esc'],
    ['?', '?'],
  ])('%j is written %s', (key, text) => {
    expect(keyText(key)).toBe(text);
  });

  test('says why a command does nothing', () => {
    const state: PageState = {
      hasRows: true,
      isDetailOpen: true,
      isLive: false,
      isAtFirst: false,
      canNarrow: true,
    };
    const disabled = (changed: Partial<PageState>) =>
      actions
        .filter(({ command }) => reasonAgainst(command, { ...state, ...changed }) !== undefined)
        .map(({ command }) => command.type);
    expect(disabled({})).toEqual(['palette']);
    expect(disabled({ isLive: true })).toEqual(['live', 'palette']);
    expect(disabled({ canNarrow: false })).toEqual(['changes', 'palette']);
    expect(disabled({ isAtFirst: true })).toEqual(['first', 'palette']);
    expect(disabled({ isDetailOpen: false })).toEqual(['close', 'palette']);
    expect(new Set(disabled({ hasRows: false }))).toEqual(
      new Set(['rows', 'pages', 'step', 'open', 'export', 'palette']),
    );
  });
});
