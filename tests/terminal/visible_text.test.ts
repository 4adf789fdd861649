import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cutToWidth,
  textWidth,
  visibleJson,
  visibleText,
} from '../../wasm/ts/terminal/visible_text.js';

describe('a text that is shown', () => {
  test.each([
    ['plain – größe 🚀 美咲', 'plain – größe 🚀 美咲'],
    ['cafe\u0301', 'cafe\u0301'],
    ['\u001b[31m', '\\x1b[31m'],
    ['\n\r\t\u0000\u007f\u009b', '\\n\\r\\t\\x00\\x7f\\x9b'],
    ['\u202e\ufeff', '\\u202e\\ufeff'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud83d', '\\ud83d'],
    ['❤\ufe0f', '❤'],
    [`a${'\u0301'.repeat(6)}`, `a${'\u0301'.repeat(4)}\\u0301\\u0301`],
  ])('%j is %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test('has nothing that can not be seen, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visibleText(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]|\p{M}{5}/u);
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });

  test('as JSON means the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = visibleJson(JSON.stringify({ text }));
        expect(JSON.parse(json)).toEqual({ text });
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u);
      }),
    );
  });
});

test.each([
  ['abc', 3],
  ['美咲', 4],
  ['ｆｕｌｌ', 8],
  ['cafe\u0301', 4],
  ['🚀', 2],
])('%s takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'abcd…'],
  ['美咲美咲', 5, '美咲…'],
  ['美咲美咲', 4, '美…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
])('%s in %i columns is %s', (text, width, cut) => {
  expect(cutToWidth(text, width)).toBe(cut);
});
