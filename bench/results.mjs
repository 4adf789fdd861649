/** @import { StoreResult } from './types.js' */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { fileURLToPath } from 'node:url';
import { ADAPTERS } from './adapters/index.mjs';

const folder = fileURLToPath(new URL('../build/bench/results/', import.meta.url));

/** @param {string} adapter @param {number} eventCount */
function resultPath(adapter, eventCount) {
  return `${folder}${adapter}-${eventCount}.v8`;
}

/** @param {StoreResult} result */
export function saveResult(result) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(resultPath(result.adapter, result.dataset.eventCount), serialize(result));
}

/**
 * Figures of the latest run of every store at a size.
 * @param {number} eventCount
 * @returns {StoreResult[]}
 */
export function loadResults(eventCount) {
  return Object.keys(ADAPTERS)
    .map((adapter) => resultPath(adapter, eventCount))
    .filter((path) => existsSync(path))
    .map((path) => deserialize(readFileSync(path)));
}
