import { describe, expect, test } from 'vitest';
import { eventUrl } from '../../app/src/lib/detail/event_url.js';

describe('the address of an event', () => {
  test.each([
    ['evt_7', '/data?id=evt_7'],
    ['density', '/data?id=density'],
    ['__proto__', '/data?id=__proto__'],
    ['a/b', '/data?id=a%2Fb'],
    ['../health', '/data?id=..%2Fhealth'],
    ['a b+&c=d?e#f%', '/data?id=a%20b%2B%26c%3Dd%3Fe%23f%25'],
    ['%2e', '/data?id=%252e'],
    ['<b>', '/data?id=%3Cb%3E'],
    ['\u202e', '/data?id=%E2%80%AE'],
    ['.', '/data?id=.'],
    ['..', '/data?id=..'],
  ])('%j is at %s', (id, path) => {
    expect(eventUrl('http://host:3000', id)).toBe(`http://host:3000${path}`);
    // What a browser makes of it still names the id.
    const url = new URL(eventUrl('http://host:3000/', id) ?? '');
    expect(url.pathname).toBe('/data');
    expect(url.searchParams.get('id')).toBe(id);
    expect(url.hash).toBe('');
  });

  test.each(['\ud800', 'a\udc00'])('%j has none', (id) => {
    expect(eventUrl('http://host:3000', id)).toBeUndefined();
  });
});
