import { describe, expect, test } from 'vitest';
import { cellText, plainText, textDirection } from '../../table/src/timeline/cell_text.js';

describe('the text of a cell', () => {
  test.each([
    [0, '0.00'],
    [1234.5, '1,234.50'],
    [0.1, '0.10'],
    [-12.125, '-12.125'],
    [true, 'yes'],
    [undefined, ''],
    ['plain', 'plain'],
    ['<b>&amp;</b>', '<b>&amp;</b>'],
  ] as const)('%s is %s', (value, text) => {
    expect(cellText(value, false, true)).toBe(text);
  });

  test.each([
    [0, '0'],
    [1990, '1990'],
    [12345, '12,345'],
    [0.00012, '0.00012'],
    [-3.5, '-3.5'],
  ])('%d, which is no money, is %s', (value, text) => {
    expect(cellText(value, false, false)).toBe(text);
  });

  test('says that it is cut', () => {
    expect(cellText('abc', true, false)).toBe('abc…');
  });

  test('shows control characters and keeps everything else', () => {
    expect(plainText('a\u0000b\tc\nd\u007fe\u0085f\u2028g')).toBe('a␀b␉c␊d␡e<0085>f<2028>g');
    expect(plainText('😀 "שלום" é')).toBe('😀 "שלום" é');
  });

  test.each([
    ['', 'ltr'],
    ['plain', 'ltr'],
    ['עומר started a card payment', 'ltr'],
    ['תשלום של עומר נכשל (card)', 'rtl'],
    ['مرحبا', 'rtl'],
    ['123 :-)', 'ltr'],
  ])('of %j goes %s', (text, direction) => {
    expect(textDirection(text)).toBe(direction);
  });
});
