#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { readArguments, type Request } from './arguments.js';
import { Backend } from './backend.js';
import { nodeEnvironment } from './environment.js';
import { exportEvents } from './export.js';
import { Cancelled, EXIT, Fault } from './faults.js';
import { commandHelp, programHelp } from './options.js';
import { query } from './query.js';
import { openScreen } from './screen.js';
import { Tail } from './tail.js';
import { visibleText } from './visible_text.js';

/** Milliseconds that output has to get out once the program was told to end: nobody may be reading it. */
const LAST_WORDS_MS = 300;

const abort = new AbortController();
let signalCode: number | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // By the second time somebody is in a hurry.
    if (signalCode !== undefined) process.exit(signalCode);
    signalCode = 128 + constants.signals[signal];
    abort.abort();
  });
}

// Whoever read has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.fine);
  report(`The output can't be written: ${error.message}.`);
  process.exit(EXIT.fault);
});
process.stderr.on('error', () => undefined);

function report(line: string): void {
  process.stderr.write(`eventglass: ${visibleText(line)}\n`);
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

async function run(request: Request): Promise<void> {
  switch (request.command) {
    case 'help':
      process.stdout.write(
        request.about === undefined ? programHelp() : commandHelp(request.about),
      );
      return;
    case 'version':
      process.stdout.write(`${await version()}\n`);
      return;
    case 'tail':
    case 'query':
    case 'export':
      await show(request);
  }
}

async function show(request: Extract<Request, { readonly url: string }>): Promise<void> {
  const { url, filter, command } = request;
  const { signal } = abort;
  const backend = new Backend({ url, filter, environment: nodeEnvironment, signal, report });
  const screen = openScreen({
    request,
    backend,
    schema: await backend.schema(),
    hasMarks: command === 'tail',
    isStandardOutput: command !== 'export' || request.file === undefined,
    report,
  });
  switch (command) {
    case 'tail':
      return new Tail(request, backend, screen).run();
    case 'query':
      return query(request, backend, screen);
    case 'export':
      return exportEvents(request, backend, screen);
  }
}

function tellFault({ lines: [first = '', ...rest] }: Fault): void {
  report(first);
  for (const line of rest) process.stderr.write(`${visibleText(line)}\n`);
}

/** Runs the program, and how it has ended. */
async function exitCode(): Promise<number> {
  try {
    await run(readArguments(process.argv.slice(2), Date.now()));
    return EXIT.fine;
  } catch (cause) {
    if (abort.signal.aborted || cause instanceof Cancelled) return signalCode ?? EXIT.fault;
    if (cause instanceof Fault) {
      tellFault(cause);
      return cause.exitCode;
    }
    report(
      `Something is wrong with this program: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    );
    return EXIT.fault;
  }
}

const code = await exitCode();
if (signalCode !== undefined) setTimeout(() => process.exit(code), LAST_WORDS_MS).unref();
process.stdout.write('', () => process.exit(code));
