/** @import { FrameEncoding, Mutation } from '../types.js' */

/** Of the backend that the events of a benchmark would come from; its log begins after the events. */
export const EPOCH = 'bench';

/**
 * A batch as the text frame that a store reads.
 * @type {Readonly<Record<FrameEncoding, (batch: readonly Mutation[], prevSeq: number) => string>>}
 */
export const encodeFrame = {
  plain: (batch) => JSON.stringify(batch),
  wire: (batch, prevSeq) =>
    JSON.stringify({
      type: 'batch',
      epoch: EPOCH,
      prevSeq,
      seq: prevSeq + batch.length,
      mutations: batch.map(({ op, ...rest }, i) => ({ op, seq: prevSeq + 1 + i, ...rest })),
    }),
};
