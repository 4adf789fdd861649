import { describe, expect, test } from 'vitest';
import { eventUrl } from '../../app/src/lib/detail/event_url.js';

describe('the address of an event', () => {
  test.each([
    ['evt_7', '/data/evt_7'],
    ['density', '/data/%64ensity'],
    ['Density', '/data/Density'],
    ['facets', '/data/%66acets'],
    ['changes', '/data/%63hanges'],
    ['__proto__', '/data/__proto__'],
    ['a/b', '/data/a%2Fb'],
    ['../health', '/data/..%2Fhealth'],
    ['a b&c=d?e#f%', '/data/a%20b%26c%3Dd%3Fe%23f%25'],
    ['<b>', '/data/%3Cb%3E'],
    ['\u202e', '/data/%E2%80%AE'],
    ['...', '/data/...'],
  ])('%j is at %s', (id, path) => {
    expect(eventUrl('http://host:3000', id)).toBe(`http://host:3000${path}`);
    // What a browser makes of it still names the id.
    const url = new URL(eventUrl('http://host:3000/', id) ?? '');
    expect(decodeURIComponent(url.pathname)).toBe(`/data/${id}`);
    expect(url.search + url.hash).toBe('');
  });

  test.each(['.', '..', '\ud800', 'a\udc00'])('%j has none', (id) => {
    expect(eventUrl('http://host:3000', id)).toBeUndefined();
  });
});
