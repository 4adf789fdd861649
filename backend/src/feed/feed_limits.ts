/** What the feed allows its clients. */
export interface FeedLimits {
  readonly maxClients: number;
  readonly maxMessageBytes: number;
  readonly maxBadMessages: number;
  readonly maxSubscriptionsPerSecond: number;
  readonly sendAheadBytes: number;
  readonly stallMs: number;
  readonly heartbeatMs: number;
  readonly countsMs: number;
  readonly pingMs: number;
}

export const defaultFeedLimits: FeedLimits = {
  /** Each costs a socket and `sendAheadBytes` at most. */
  maxClients: 1_000,
  /** 128 KiB: 16 ranges and 8 rank keys whose ids have 1,024 bytes, percent-encoded, are nearly as long. */
  maxMessageBytes: 128 << 10,
  /** Messages that are not understood and answered; one more closes the socket. */
  maxBadMessages: 10,
  /** A reader who drags the scrollbar needs a few; each may cost a filter that is opened. */
  maxSubscriptionsPerSecond: 40,
  /** 512 KiB handed to a socket before it has sent it, and one frame more; later mutations wait in the log, which all share. */
  sendAheadBytes: 512 << 10,
  /** A socket that has taken nothing for so long has nobody who reads. */
  stallMs: 20_000,
  /** A client may take five seconds without any message for a broken connection. */
  heartbeatMs: 1_000,
  /** Counts and density four times a second: faster than anybody reads numbers. */
  countsMs: 250,
  /** A client that has not answered the ping before the last is gone. */
  pingMs: 15_000,
};
