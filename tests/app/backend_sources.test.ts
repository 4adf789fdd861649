import { describe, expect, test } from 'vitest';
import { backendSources, checkBackendUrl } from '../../app/src/lib/server/backend_sources.js';

const plain = { configured: undefined, forwardedScheme: undefined, host: 'events.test:5173' };

describe('the backend, as policies name it', () => {
  test.each([
    ['at the host of the page', undefined, plain, 'http://events.test:3000 ws://events.test:3000'],
    ['at an IPv6 host', '', { ...plain, host: '[::1]:5173' }, 'http://[::1]:3000 ws://[::1]:3000'],
    [
      'behind a proxy with https',
      undefined,
      { ...plain, forwardedScheme: 'https' },
      'https://events.test:3000 wss://events.test:3000',
    ],
    [
      'for an origin that is set',
      undefined,
      { ...plain, configured: 'https://app.test' },
      'https://app.test:3000 wss://app.test:3000',
    ],
    [
      'where it is set, without its path',
      'https://api.test/v1',
      plain,
      'https://api.test wss://api.test',
    ],
  ])('%s', (_, url, request, expected) => {
    expect(backendSources(url, request)).toBe(expected);
  });

  test.each([undefined, '', 'a b', 'a;sandbox', "a'", '[::', ':80'])(
    'a host that is none (%s) adds nothing to a policy',
    (host) => {
      expect(backendSources(undefined, { ...plain, host })).toBe(
        'http://localhost:3000 ws://localhost:3000',
      );
    },
  );

  test.each([undefined, '', 'http://localhost:3000', 'https://api.test/v1'])(
    'the setting %s is accepted',
    (url) => {
      expect(() => checkBackendUrl(url)).not.toThrow();
    },
  );

  test.each(['localhost:3000', 'events', 'ws://a.test', '//a.test', 'http://'])(
    'the setting %s is refused, by its name',
    (url) => {
      expect(() => checkBackendUrl(url)).toThrow(/^PUBLIC_BACKEND_URL: /);
    },
  );
});
