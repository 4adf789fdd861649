/**
 * The messages of an Arrow IPC stream, one after the other:
 *
 *   message := 0xFFFFFFFF  metadata size (i32)  metadata (a flatbuffer, padded)  body
 *   stream  := message*  0xFFFFFFFF  0x00000000
 *
 * A metadata's root table has the header's type in its field 1, and the length of the body in field 3.
 * https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
 */
export interface ArrowMessage {
  readonly type: 'schema' | 'dictionary' | 'rows' | 'other';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const TYPES = new Map([
  [1, 'schema'],
  [2, 'dictionary'],
  [3, 'rows'],
] as const);

const PREFIX_BYTES = 8;

/** What a stream ends with. */
export const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** The place of a field of the root table of the flatbuffer at `begin`; `undefined` where it has its default. */
function fieldAt(view: DataView, begin: number, field: number): number | undefined {
  const table = begin + view.getUint32(begin, true);
  const vtable = table - view.getInt32(table, true);
  const slot = 4 + 2 * field;
  if (slot >= view.getUint16(vtable, true)) return undefined;
  const offset = view.getUint16(vtable + slot, true);
  return offset === 0 ? undefined : table + offset;
}

/** The messages of a whole stream, without its end. REQUIRES: `stream` is one */
export function messagesOf(stream: Uint8Array<ArrayBuffer>): readonly ArrowMessage[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const messages: ArrowMessage[] = [];
  let at = 0;
  while (at + PREFIX_BYTES < stream.byteLength) {
    const metadataBytes = view.getInt32(at + 4, true);
    if (metadataBytes === 0) break;
    const typeAt = fieldAt(view, at + PREFIX_BYTES, 1);
    const bodyAt = fieldAt(view, at + PREFIX_BYTES, 3);
    const type = TYPES.get((typeAt === undefined ? 0 : view.getUint8(typeAt)) as 1 | 2 | 3);
    const bodyBytes = bodyAt === undefined ? 0 : Number(view.getBigInt64(bodyAt, true));
    const end = at + PREFIX_BYTES + metadataBytes + bodyBytes;
    messages.push({ type: type ?? 'other', bytes: stream.subarray(at, end) });
    at = end;
  }
  return messages;
}

/** Pieces one after the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
