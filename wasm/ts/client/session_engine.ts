import type { WindowEngine } from '../window_engine.js';
import type { RowBlock } from '../row_block.js';
import type { RowRange } from '../types.js';

/** What a session needs of its engine. */
export interface SessionEngine extends Pick<
  WindowEngine,
  | 'rowCount'
  | 'version'
  | 'cursor'
  | 'coverage'
  | 'applyPage'
  | 'applyPageBlock'
  | 'applyFeed'
  | 'reapplyFeed'
  | 'beginRequest'
  | 'endRequest'
  | 'setEvictionSide'
  | 'clear'
  | 'rank'
  | 'keyAt'
  | 'delete'
> {
  readRows(range: RowRange, into?: ArrayBuffer): Pick<RowBlock, 'buffer'>;
}
