/** Bytes of a row block's header that change without any row changing; see docs/row_block.md. */
const ROW_INDEX_OFFSET = 16;
const VERSION_OFFSET = 32;
/** Where the header has the block's length, which may be less than its buffer's. */
const BYTE_LENGTH_OFFSET = 48;
/** Where the header has the offset of the changes: the last section, and nothing that rows differ in. */
const CHANGES_OFFSET = 64;

/** The bytes of a block. */
export function blockBytes(buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(buffer, 0, new DataView(buffer).getUint32(BYTE_LENGTH_OFFSET, true));
}

/** How two blocks differ: in their rows, or only in where in the view these are, or not at all. */
export function compareBlocks(a: Uint8Array, b: Uint8Array): 'rows' | 'place' | 'equal' {
  const haveEqualRows =
    a.length === b.length &&
    haveEqualBytes(a, b, 0, ROW_INDEX_OFFSET) &&
    haveEqualBytes(a, b, BYTE_LENGTH_OFFSET, rowsEnd(a));
  if (!haveEqualRows) return 'rows';
  return haveEqualBytes(a, b, ROW_INDEX_OFFSET, VERSION_OFFSET) ? 'equal' : 'place';
}

function rowsEnd(block: Uint8Array): number {
  const changes = new DataView(block.buffer, block.byteOffset).getUint32(CHANGES_OFFSET, true);
  return changes === 0 ? block.length : changes;
}

function haveEqualBytes(a: Uint8Array, b: Uint8Array, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}
