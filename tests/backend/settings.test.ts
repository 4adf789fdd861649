import { expect, test } from 'vitest';

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
    allowedOrigins: ['http://localhost:5173', 'http://127.0.0.1:5173'],
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
    UNRELATED: 'x',
  };
  expect(readSettings(environment, defaults)).toEqual({
    port: 0,
    host: '::1',
    initialCount: 1_000_000,
    mutationRate: 0.5,
    seed: 4_294_967_295,
    historyEndMs: 1_736_899_200_000,
    allowedOrigins: ['https://a.example', 'http://b.example:8080'],
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
])('%s=%s ends the start with a message that names all', (name, value) => {
  const read = () => readSettings({ [name]: value }, defaults);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(`${name}=${JSON.stringify(value)}: expected`);
});

test('all problems are named at once', () => {
  const read = () => readSettings({ PORT: 'x', SEED: 'y' }, defaults);
  expect(read).toThrow(/PORT.*\n.*SEED/);
});
