import { expect, test } from 'vitest';

import { readArguments } from '../../backend/src/arguments.js';
import { SettingsError, readSettings } from '../../backend/src/settings.js';

const defaults = { initialCount: 100_000 };

test('an empty environment gives the defaults', () => {
  expect(readSettings({}, defaults)).toEqual({
    port: 3000,
    host: '127.0.0.1',
    initialCount: 100_000,
    mutationRate: 200,
    seed: 1,
    historyEndMs: undefined,
    dataFile: undefined,
    schemaFile: undefined,
    allowedOrigins: ['http://localhost:5173', 'http://127.0.0.1:5173'],
    trustedProxies: [],
    ingestToken: undefined,
    storeFolder: undefined,
    abandonsLoad: false,
    logLevel: 'info',
  });
});

test('every variable is taken', () => {
  const environment = {
    PORT: '0',
    HOST: '::1',
    INITIAL_COUNT: '1000000',
    MUTATION_RATE: '0.5',
    SEED: '4294967295',
    HISTORY_END: '2025-01-15T00:00Z',
    ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080',
    LOG_LEVEL: 'silent',
    TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8 , loopback',
    INGEST_TOKEN: '0123456789abcdef',
    UNRELATED: 'x',
  };
  expect(readSettings(environment, defaults)).toEqual({
    port: 0,
    host: '::1',
    initialCount: 1_000_000,
    mutationRate: 0.5,
    seed: 4_294_967_295,
    historyEndMs: 1_736_899_200_000,
    dataFile: undefined,
    schemaFile: undefined,
    allowedOrigins: ['https://a.example', 'http://b.example:8080'],
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8', 'loopback'],
    ingestToken: '0123456789abcdef',
    storeFolder: undefined,
    abandonsLoad: false,
    logLevel: 'silent',
  });
});

test.each([
  ['PORT', '65536'],
  ['PORT', ''],
  ['PORT', '80 '],
  ['PORT', '0x50'],
  ['HOST', ''],
  ['INITIAL_COUNT', '-1'],
  ['INITIAL_COUNT', '1e5'],
  ['INITIAL_COUNT', '12000001'],
  ['MUTATION_RATE', '50001'],
  ['MUTATION_RATE', 'fast'],
  ['MUTATION_RATE', 'Infinity'],
  ['SEED', '4294967296'],
  ['HISTORY_END', 'now'],
  ['ALLOWED_ORIGINS', '*'],
  ['ALLOWED_ORIGINS', 'http://a.example/'],
  ['ALLOWED_ORIGINS', 'http://a.example,,'],
  ['LOG_LEVEL', 'loud'],
  ['TRUSTED_PROXIES', ''],
  ['TRUSTED_PROXIES', 'true'],
  ['TRUSTED_PROXIES', '-1'],
  ['TRUSTED_PROXIES', '17'],
  ['TRUSTED_PROXIES', '10.0.0.1,'],
  ['TRUSTED_PROXIES', 'proxy.example'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', '0.0.0.0/0'],
  ['TRUSTED_PROXIES', '::/0'],
])('%s=%s ends the start with a message that names all', (name, value) => {
  const read = () => readSettings({ [name]: value }, defaults);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(`${name}=${JSON.stringify(value)}: expected`);
});

test('all problems are named at once', () => {
  const read = () => readSettings({ PORT: 'x', SEED: 'y' }, defaults);
  expect(read).toThrow(/PORT.*\n.*SEED/);
});

test.each(['', 'too short', '0123456789 abcdef', '0123456789abcdeé', 'x'.repeat(257)])(
  'a token that can not be used is refused, and never shown: %s',
  (token) => {
    const read = () => readSettings({ INGEST_TOKEN: token }, defaults);
    expect(read).toThrow(/^INGEST_TOKEN=\(not shown\): expected a secret/);
    if (token !== '') expect(read).not.toThrow(token);
  },
);

test('with a store nothing is made up, unless a rate is asked for', () => {
  expect(readSettings({ STORE_DIR: 'events' }, defaults)).toMatchObject({
    storeFolder: 'events',
    initialCount: 0,
    mutationRate: 0,
  });
  const environment = { STORE_DIR: 'events', INITIAL_COUNT: '0', MUTATION_RATE: '5' };
  expect(readSettings(environment, defaults)).toMatchObject({ mutationRate: 5 });
  const read = () => readSettings({ STORE_DIR: 'events', INITIAL_COUNT: '10' }, defaults);
  expect(read).toThrow(/INITIAL_COUNT="10": no history/);
});

test('arguments stand for variables', () => {
  expect(readArguments([])).toEqual({});
  expect(readArguments(['--store', 'events'])).toEqual({ STORE_DIR: 'events' });
  expect(readArguments(['--store=a b'])).toEqual({ STORE_DIR: 'a b' });
  expect(readArguments(['--store=a', '--abandon-load'])).toEqual({
    STORE_DIR: 'a',
    ABANDON_LOAD: '1',
  });
  for (const wrong of [['--abandon-load=1'], ['--store'], ['--stor', 'x'], ['events']]) {
    expect(() => readArguments(wrong)).toThrow(SettingsError);
  }
});

test('files of own events stop the mutations, and come without a rate', () => {
  const files = { DATA_FILE: 'a.csv', SCHEMA_FILE: 'b.json' };
  expect(readSettings(files, defaults)).toMatchObject({
    dataFile: 'a.csv',
    schemaFile: 'b.json',
    mutationRate: 0,
  });
  expect(readSettings({ ...files, MUTATION_RATE: '0' }, defaults).mutationRate).toBe(0);
  for (const wrong of [
    { ...files, MUTATION_RATE: '5' },
    { SCHEMA_FILE: 'b' },
    { DATA_FILE: '' },
    { ABANDON_LOAD: '1' },
    { STORE_DIR: 'c', ABANDON_LOAD: 'yes' },
  ]) {
    expect(() => readSettings(wrong, defaults)).toThrow(SettingsError);
  }
});

test('files of own events may stand beside a store, and a schema file alone as well', () => {
  const files = { DATA_FILE: 'a.csv', SCHEMA_FILE: 'b.json', STORE_DIR: 'c', ABANDON_LOAD: '1' };
  expect(readSettings(files, defaults)).toMatchObject({
    dataFile: 'a.csv',
    schemaFile: 'b.json',
    storeFolder: 'c',
    abandonsLoad: true,
    initialCount: 0,
    mutationRate: 0,
  });
  expect(readSettings({ SCHEMA_FILE: 'b', STORE_DIR: 'c' }, defaults)).toMatchObject({
    dataFile: undefined,
    schemaFile: 'b',
  });
});
