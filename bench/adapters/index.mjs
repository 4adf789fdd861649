/** @import { AdapterModule, FrameEncoding } from '../types.js' */

/**
 * @typedef {object} Adapter
 * @property {string} modulePath Relative to this file.
 * @property {FrameEncoding} frames
 * @property {boolean} isPeer Its packages are those of peers/package.json.
 * @property {number} [maxEventCount] With more, a run takes longer than anybody waits for.
 */

/** @type {Readonly<Record<string, Adapter>>} In the order of the report's columns. */
export const ADAPTERS = {
  eventglass: { modulePath: './eventglass.mjs', frames: 'wire', isPeer: false },
  'plainjs-typed': { modulePath: './plainjs_typed.mjs', frames: 'plain', isPeer: false },
  plainjs: { modulePath: './plainjs.mjs', frames: 'plain', isPeer: false },
  perspective: { modulePath: '../peers/perspective.mjs', frames: 'plain', isPeer: true },
  duckdb: { modulePath: '../peers/duckdb.mjs', frames: 'plain', isPeer: true },
  sqlite: { modulePath: '../peers/sqlite.mjs', frames: 'plain', isPeer: true },
  tanstack: {
    modulePath: '../peers/tanstack.mjs',
    frames: 'plain',
    isPeer: true,
    maxEventCount: 200_000,
  },
};

/** @param {string} name */
export function findAdapter(name) {
  const adapter = ADAPTERS[name];
  if (adapter === undefined) {
    throw new RangeError(`No adapter '${name}': there are ${Object.keys(ADAPTERS).join(', ')}.`);
  }
  return adapter;
}

/** @param {number} eventCount Names of the stores that are measured at a size. */
export function adaptersFor(eventCount) {
  return Object.keys(ADAPTERS).filter(
    (name) => eventCount <= (findAdapter(name).maxEventCount ?? Infinity),
  );
}

/** @param {string} name @returns {Promise<AdapterModule>} */
export function importAdapter(name) {
  return import(findAdapter(name).modulePath);
}
