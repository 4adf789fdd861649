import type { PageRules } from '../support/rule.js';
import { adapters } from './adapters.js';
import { architecture } from './architecture.js';
import { benchmarks } from './benchmarks.js';
import { concepts } from './concepts.js';
import { element } from './element.js';
import { embedding } from './embedding.js';
import { feeding } from './feeding.js';
import { filter } from './filter.js';
import { interchange } from './interchange.js';
import { moduleReadme } from './module_readme.js';
import { ownEvents } from './own_events.js';
import { protocol } from './protocol.js';
import { quickStart } from './quick_start.js';
import { readme } from './readme.js';
import { terminal } from './terminal.js';

/** How the examples of each page are executed. A page without examples needs none. */
export const rulesOf: Readonly<Record<string, PageRules>> = {
  'README.md': readme,
  'wasm/README.md': moduleReadme,
  'docs/adapters.md': adapters,
  'docs/architecture.md': architecture,
  'docs/benchmarks.md': benchmarks,
  'docs/concepts.md': concepts,
  'docs/element.md': element,
  'docs/embedding.md': embedding,
  'docs/feeding.md': feeding,
  'docs/filter.md': filter,
  'docs/interchange.md': interchange,
  'docs/own_events.md': ownEvents,
  'docs/protocol.md': protocol,
  'docs/quick_start.md': quickStart,
  'docs/terminal.md': terminal,
};
