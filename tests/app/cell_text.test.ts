import { describe, expect, test } from 'vitest';
import {
  cellText,
  estimateText,
  plainText,
  textDirection,
  timestampText,
} from '../../app/src/lib/timeline/cell_text.js';

describe('the text of a cell', () => {
  test.each([
    [1_795_183_402_123, 'timestamp', '2026-11-20 14:03:22.123'],
    [-1, 'timestamp', '1969-12-31 23:59:59.999'],
    [0, 'number', '0.00'],
    [1234.5, 'number', '1,234.50'],
    [0.1, 'number', '0.10'],
    [-12.125, 'number', '-12.125'],
    [true, 'boolean', 'yes'],
    [undefined, 'number', ''],
    ['plain', 'text', 'plain'],
    ['<b>&amp;</b>', 'text', '<b>&amp;</b>'],
  ] as const)('%s as %s is %s', (value, type, text) => {
    expect(cellText(value, type, false)).toBe(text);
  });

  test('says that it is cut', () => {
    expect(cellText('abc', 'text', true)).toBe('abc…');
  });

  test('shows control characters and keeps everything else', () => {
    expect(plainText('a\u0000b\tc\nd\u007fe\u0085f\u2028g')).toBe('a␀b␉c␊d␡e<0085>f<2028>g');
    expect(plainText('😀 "שלום" é')).toBe('😀 "שלום" é');
  });

  test('of an estimated time is exact to the second', () => {
    expect(estimateText(1_795_183_402_999)).toBe('2026-11-20 14:03:22');
  });

  test('of the largest timestamps is a date', () => {
    expect(timestampText(8.64e15)).toBe('+275760-09-13 00:00:00.000');
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
