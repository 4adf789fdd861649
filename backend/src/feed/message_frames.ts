import type { FeedMessage } from './feed_stream.js';

/** 64 KiB: a socket that takes one now and then is read by somebody, however slowly. */
const maxFrameBytes = 64 << 10;

/** A part of a message on its way to a socket. */
export interface MessageFrame {
  readonly data: string | Buffer;
  readonly isLast: boolean;
}

/** The frames that carry `message`, none of them longer than the socket takes at a time. */
export function framesOf(message: FeedMessage): readonly MessageFrame[] {
  const parts = message.flatMap<string | Buffer>((piece) =>
    typeof piece === 'string' ? [piece] : cut(piece),
  );
  return parts.map((data, i) => ({ data, isLast: i === parts.length - 1 }));
}

function cut(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let begin = 0; begin < bytes.byteLength; begin += maxFrameBytes) {
    parts.push(bytes.subarray(begin, begin + maxFrameBytes));
  }
  return parts;
}
