/** @import { Dataset, DatasetOptions, FrameEncoding } from '../types.js' */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { columnBytesOf, generateEvents } from './events.mjs';
import { encodeFrame } from './frames.mjs';
import { generateBatches } from './mutations.mjs';

/** Raise it with any change of what is generated. */
const DATA_VERSION = 1;
const folder = fileURLToPath(new URL(`../../build/bench/data-${DATA_VERSION}`, import.meta.url));
const WRITE_LENGTH = 1 << 20;

/**
 * Writes a text in pieces. The file has its name once it is whole.
 * @param {string} path
 * @param {Iterable<string>} pieces
 */
function writeWhole(path, pieces) {
  const file = openSync(`${path}.part`, 'w');
  let buffered = '';
  for (const piece of pieces) {
    buffered += piece;
    if (buffered.length < WRITE_LENGTH) continue;
    writeSync(file, buffered);
    buffered = '';
  }
  writeSync(file, buffered);
  closeSync(file);
  renameSync(`${path}.part`, path);
}

/** @param {string} path @param {number} eventCount */
function writeEvents(path, eventCount) {
  let columnBytes = 0;
  function* pieces() {
    let separator = '[';
    for (const event of generateEvents(eventCount)) {
      columnBytes += columnBytesOf(event);
      yield separator + JSON.stringify(event);
      separator = ',';
    }
    yield ']';
  }
  writeWhole(path, pieces());
  return columnBytes;
}

/**
 * @param {DatasetOptions} options
 * @param {readonly string[]} ids
 * @param {FrameEncoding} encoding
 */
function* frameLines(options, ids, encoding) {
  let seq = 0;
  for (const batch of generateBatches(options, ids)) {
    yield `${encodeFrame[encoding](batch, seq)}\n`;
    seq += batch.length;
  }
}

/** @param {Dataset} dataset */
function writeFrames(dataset) {
  const ids = Array.from(generateEvents(dataset.eventCount), ({ id }) => id);
  for (const encoding of /** @type {const} */ (['plain', 'wire'])) {
    writeWhole(dataset.framesPaths[encoding], frameLines(dataset, ids, encoding));
  }
}

/**
 * The frames of a dataset, as a socket would deliver them.
 * @param {Dataset} dataset
 * @param {FrameEncoding} encoding
 */
export function readFrames(dataset, encoding) {
  return readFileSync(dataset.framesPaths[encoding], 'utf8').trimEnd().split('\n');
}

/**
 * Makes the files of a dataset unless they are there.
 * @param {DatasetOptions} options
 * @returns {Dataset}
 */
export function ensureDataset(options) {
  const { eventCount, batchCount, batchSize, mix } = options;
  mkdirSync(folder, { recursive: true });
  const events = join(folder, `events-${eventCount}`);
  const eventsPath = `${events}.json`;
  if (!existsSync(`${events}.columns`)) {
    writeFileSync(`${events}.columns`, String(writeEvents(eventsPath, eventCount)));
  }
  const frames = join(folder, `frames-${eventCount}-${mix}-${batchCount}x${batchSize}`);
  const dataset = {
    ...options,
    eventsPath,
    eventsBytes: statSync(eventsPath).size,
    columnBytes: Number(readFileSync(`${events}.columns`, 'utf8')),
    framesPaths: { plain: `${frames}.plain.ndjson`, wire: `${frames}.wire.ndjson` },
  };
  if (!existsSync(dataset.framesPaths.wire)) writeFrames(dataset);
  return dataset;
}
