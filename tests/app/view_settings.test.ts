import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowDensities, themes, timeStyles } from '../../table/src/view/table_settings.js';
import { parseColumns, withWidth } from '../../table/src/columns/column_layout.js';
import {
  linkedSettings,
  parseLink,
  withView,
} from '../../app/src/lib/view_settings/link_settings.js';
import { cookieText, htmlWithSettings } from '../../app/src/lib/view_settings/page_settings.js';
import {
  formatSettings,
  parseSettings,
  usualSettings,
  type ViewSettings,
} from '../../app/src/lib/view_settings/settings.js';
import { zonesLike } from '../../app/src/lib/view_settings/zone_search.js';
import { demoColumns } from './support/demo_columns.js';

const noLink = { zone: undefined, columns: undefined, problem: undefined };

const columnTexts = [
  '',
  'time,severity',
  'message:400,time',
  'amount',
  'time:40,message,source:2000',
];

const anySettings: fc.Arbitrary<ViewSettings> = fc.record({
  theme: fc.constantFrom(...themes),
  rows: fc.constantFrom(...rowDensities),
  times: fc.constantFrom(...timeStyles),
  zone: fc.record({
    name: fc.constantFrom('UTC', 'Europe/Berlin', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'),
    isLocal: fc.boolean(),
  }),
  columns: fc.constantFrom(...columnTexts).map((text) => parseColumns(demoColumns, text)),
});

describe('settings', () => {
  test('are read as they were written, in characters that a cookie can have', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const text = formatSettings(settings);
        expect(parseSettings(text, demoColumns)).toEqual(settings);
        expect(text).toMatch(/^[\w=&%.*+-]*$/);
      }),
    );
  });

  test('that are usual take no characters', () => {
    expect(formatSettings(usualSettings)).toBe('');
    expect(parseSettings('', demoColumns)).toEqual(usualSettings);
    expect(parseSettings(undefined, demoColumns)).toEqual(usualSettings);
  });

  test.each([
    ['theme=dark', { ...usualSettings, theme: 'dark' }],
    ['theme=DARK&rows=compact', { ...usualSettings, rows: 'compact' }],
    ['theme=dark"><script>&rows=compact;x', usualSettings],
    ['zone=Nowhere/City&times=relative', { ...usualSettings, times: 'relative' }],
    ['zone=%00&local=', usualSettings],
    ['local=', usualSettings],
    ['cols=&zone=', usualSettings],
    ['cols=evil,%3Cb%3E:3', usualSettings],
    ['__proto__=x&constructor=y', usualSettings],
    [`theme=dark&x=${'y'.repeat(2_000)}`, usualSettings],
    ['%', usualSettings],
  ])('of %j are what can be made of it', (text, settings) => {
    expect(parseSettings(text, demoColumns)).toEqual(settings);
  });

  test('are of a known form, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { theme, rows, times, zone } = parseSettings(
          `zone=${text}&cols=${text}&theme=${text}`,
          demoColumns,
        );
        expect(themes).toContain(theme);
        expect(rowDensities).toContain(rows);
        expect(timeStyles).toContain(times);
        expect(zone.name).toMatch(/^[\w/+-]+$/);
      }),
    );
  });

  test('are kept for the whole site, for a year, or given up where they are usual', () => {
    const dark: ViewSettings = { ...usualSettings, theme: 'dark' };
    expect(cookieText(dark, true)).toBe(
      'eventglass-view=theme=dark; Path=/; Max-Age=31536000; SameSite=Lax; Secure',
    );
    expect(cookieText(usualSettings, false)).toBe(
      'eventglass-view=; Path=/; Max-Age=0; SameSite=Lax',
    );
  });
});

describe('a link', () => {
  const own: ViewSettings = {
    ...usualSettings,
    theme: 'dark',
    zone: { name: 'Europe/Berlin', isLocal: true },
    columns: withWidth(demoColumns, undefined, 'type', 90),
  };

  test.each([
    ['', own],
    ['tz=Asia/Tokyo', { ...own, zone: { name: 'Asia/Tokyo', isLocal: false } }],
    ['tz=Europe/Berlin', own],
    ['tz=Nowhere/City&cols=evil', own],
    ['cols=time,message:400', { ...own, columns: parseColumns(demoColumns, 'time,message:400') }],
  ])('with %j wins over the reader’s own', (query, settings) => {
    expect(linkedSettings(own, parseLink(new URLSearchParams(query), demoColumns))).toEqual(
      settings,
    );
  });

  test.each([
    ['', usualSettings, ''],
    ['?q=a+b&t=2026-11-20T14:00:00.000Z', usualSettings, '?q=a+b&t=2026-11-20T14:00:00.000Z'],
    ['?q=a&tz=Asia/Tokyo&cols=time', usualSettings, '?q=a'],
    ['?tz=Asia/Tokyo', usualSettings, ''],
    ['', own, '?tz=Europe/Berlin&cols=time,severity,source,type:90,actor,message,amount'],
    [
      '?q=tz=x',
      { ...usualSettings, zone: { name: 'Etc/GMT+5', isLocal: false } },
      '?q=tz=x&tz=Etc/GMT%2B5',
    ],
  ])('to %j is written with what is not usual', (query, settings, text) => {
    expect(withView(query, settings)).toBe(text);
  });

  test.each([
    ['', undefined],
    ['tz=Asia/Tokyo', undefined],
    ['tz=Nowhere/City', '“Nowhere/City” in the link is not a known time zone.'],
    [`tz=${'x'.repeat(50)}`, `“${'x'.repeat(40)}…” in the link`],
  ])('with %j tells what is wrong with it', (query, problem) => {
    const told = parseLink(new URLSearchParams(query), demoColumns).problem;
    if (problem === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(problem);
  });

  test('says what it was written with', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const link = parseLink(new URLSearchParams(withView('?q=x', settings)), demoColumns);
        const { zone, columns } = linkedSettings(usualSettings, link);
        expect(zone.name).toBe(settings.zone.name);
        expect(columns).toEqual(settings.columns);
      }),
    );
  });
});

describe('the HTML of a page', () => {
  const html = `<!doctype html>
<html lang="en" class="eventglass" data-view>
  <head>
    <meta name="color-scheme" content="light dark" />
    <style nonce="abc="></style>
  </head>
  <body>data-view &lt;style nonce="x"></body>
</html>`;

  test('has the settings', () => {
    const own = parseSettings('theme=dark&rows=compact&cols=time:100,message', demoColumns);
    const page = htmlWithSettings(html, { own, link: noLink, nowMs: 0 }, demoColumns);
    expect(page).toContain(
      '<html lang="en" class="eventglass" data-theme="dark" data-rows="compact">',
    );
    expect(page).toContain('<meta name="color-scheme" content="dark" />');
    expect(page).toContain(
      '<style nonce="abc=">:root { --own-columns: minmax(40px, 100px) minmax(120px, 1fr);',
    );
    expect(page).toContain('<body>data-view &lt;style nonce="x"></body>');
  });

  test('has no style sheet where the columns are the usual ones', () => {
    const given = { own: usualSettings, link: noLink, nowMs: 0 };
    const page = htmlWithSettings(html, given, demoColumns);
    expect(page).not.toContain('<style');
    expect(page).toContain('<meta name="color-scheme" content="light dark" />');
  });
});

describe('a search for a zone', () => {
  const zones = ['America/New_York', 'Asia/Yakutsk', 'Europe/Berlin', 'Europe/Isle_of_Man', 'UTC'];
  test.each([
    ['', zones],
    ['york', ['America/New_York']],
    ['new york', ['America/New_York']],
    ['isle man', ['Europe/Isle_of_Man']],
    ['EUROPE/B', ['Europe/Berlin']],
    ['u', ['UTC', 'Asia/Yakutsk', 'Europe/Berlin', 'Europe/Isle_of_Man']],
    ['nowhere', []],
  ])('by %j finds %j', (text, found) => {
    expect(zonesLike(text, zones)).toEqual(found);
  });

  test('finds places by their present names', () => {
    expect(zonesLike('kathmandu')).toEqual(['Asia/Kathmandu']);
    expect(zonesLike('')).toContain('UTC');
    expect(zonesLike('a').length).toBeLessThanOrEqual(60);
  });
});
