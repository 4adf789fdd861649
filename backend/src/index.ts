import { pino } from 'pino';

import { readArguments, usage } from './arguments.js';
import { DataFileError } from './import/faults.js';
import { type Backend, createBackend } from './server.js';
import { type Settings, SettingsError, readSettings } from './settings.js';
import { ArchiveError } from './writer/event_archive.js';

/** Events in the history that the timeline starts with, unless INITIAL_COUNT says otherwise. */
export const initialCount = 100_000;

function settingsOrExit(): Settings {
  try {
    const given = readArguments(process.argv.slice(2));
    if (given === 'help') {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    return readSettings({ ...process.env, ...given }, { initialCount });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    pino().fatal(`the settings can't be used:\n${error.message}`);
    process.exit(1);
  }
}

async function backendOrExit(): Promise<Backend> {
  try {
    return await createBackend(settings, { logger });
  } catch (error) {
    const message = refusalOf(error);
    if (message === undefined) throw error;
    logger.fatal(message);
    // Not a part of the log, and for people.
    process.stderr.write(`${message}\n`);
    process.exit(1);
  }
}

/** What whoever started the backend can do something about; `undefined` where that is nothing. */
function refusalOf(error: unknown): string | undefined {
  if (error instanceof ArchiveError) return error.message;
  if (error instanceof SettingsError) return `the settings can't be used:\n${error.message}`;
  if (error instanceof DataFileError) return `the events can't be loaded: ${error.message}`;
  return undefined;
}

const startedMs = performance.now();
const settings = settingsOrExit();
const logger = pino({ level: settings.logLevel });
const backend = await backendOrExit();

let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  let wasReceived = false;
  process.on(signal, () => {
    // Ctrl+C reaches all processes of a terminal, and whoever started this one may then ask it to end
    // as well. Only the same signal again is somebody who does not want to wait.
    if (wasReceived) process.exit(1);
    wasReceived = true;
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    void backend.close().then(() => logger.info('stopped'));
  });
}

try {
  const { url } = await backend.listen();
  const seconds = Math.round(performance.now() - startedMs) / 1_000;
  const { cursor, totalCount } = backend;
  logger.info({ url, count: totalCount, epoch: cursor.epoch, seconds }, 'ready');
} catch (error) {
  logger.fatal({ err: error }, `can't listen on ${settings.host}:${settings.port}`);
  process.exitCode = 1;
  await backend.close();
}
