import type { Engine } from '../../engine.js';
import type { RowBlock } from '../../row_block.js';
import type { RowRange, ViewOptions } from '../../types.js';

/** Rows in the order of time. */
export interface LocalRows extends Pick<Engine, 'rowCount' | 'rank' | 'keyAt' | 'density'> {
  readRows(range: RowRange, into?: ArrayBuffer): Pick<RowBlock, 'buffer'>;
}

/** What a session that is held whole needs of its engine, which was made with a `sourceCursor`. */
export interface LocalEngine
  extends
    LocalRows,
    Pick<Engine, 'version' | 'cursor' | 'indexOf' | 'writeJson' | 'applyFeed' | 'delete'> {
  openView(options: ViewOptions): LocalRows & { delete(): void };
}
