/** What the feed allows its clients. */
export interface FeedLimits {
  readonly maxClients: number;
  readonly maxMessageBytes: number;
  readonly maxBadMessages: number;
  readonly sendAheadBytes: number;
  readonly maxWaitingBytes: number;
  readonly heartbeatMs: number;
  readonly pingMs: number;
}

export const defaultFeedLimits: FeedLimits = {
  /** Each costs a socket and `sendAheadBytes` at most. */
  maxClients: 1_000,
  /** 64 KiB: no message that a client can send is nearly as long. */
  maxMessageBytes: 64 << 10,
  /** Messages that are not understood and answered; one more closes the socket. */
  maxBadMessages: 10,
  /** 1 MiB handed to a socket before it has sent it; the rest waits in the log, which all share. */
  sendAheadBytes: 1 << 20,
  /** 8 MiB at two heartbeats: three minutes of 200 mutations a second, or one second of 50,000. */
  maxWaitingBytes: 8 << 20,
  /** A client may take five seconds without any message for a broken connection. */
  heartbeatMs: 1_000,
  /** A client that has not answered the ping before the last is gone. */
  pingMs: 15_000,
};
