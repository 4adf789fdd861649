import type { Batch } from '../store/event_store.js';

/** What becomes of a mutation for somebody who follows a part of the timeline. */
export const fate = {
  /** It does not concern the part. */
  none: 0,
  /** It is passed on as it is. */
  text: 1,
  /** The event comes into the part by a mutation that does not carry it: it is passed on whole. */
  whole: 2,
  /** The event leaves the part: it is deleted there. */
  remove: 3,
} as const;

/** A mutation on its way to a client. */
export interface MutationPiece {
  readonly seq: number;
  readonly json: Buffer;
}

/** Mutation `i` of a batch, as it is. */
export function textPiece({ message, offsets, prevSeq }: Batch, i: number): MutationPiece {
  const begin = offsets[i] ?? 0;
  const end = (offsets[i + 1] ?? 0) - 1;
  return { seq: prevSeq + i + 1, json: message.subarray(begin, end) };
}

/** An insert of a whole event. */
export function wholePiece(eventJson: string, seq: number): MutationPiece {
  return { seq, json: Buffer.from(`{"op":"insert","seq":${seq},"event":${eventJson}}`) };
}

export function removePiece(id: string, seq: number): MutationPiece {
  return { seq, json: Buffer.from(`{"op":"delete","seq":${seq},"id":${JSON.stringify(id)}}`) };
}

const comma = Buffer.from(',');
const messageEnd = Buffer.from(']}');

/** A feed message from `"seq"` on. REQUIRES: the pieces' seqs ascend, up to `seq` */
export function messageBody(seq: number, pieces: readonly MutationPiece[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`"seq":${seq},"mutations":[`)];
  for (const [i, { json }] of pieces.entries()) {
    if (i > 0) parts.push(comma);
    parts.push(json);
  }
  return Buffer.concat([...parts, messageEnd]);
}
