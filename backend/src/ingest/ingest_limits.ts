/** What one request, and one client, may ask of `POST /data`. */
export interface IngestLimits {
  readonly maxBodyBytes: number;
  readonly maxLineBytes: number;
  readonly maxMutations: number;
  readonly maxBodyMs: number;
  readonly maxUnderWay: number;
  readonly maxReported: number;
  readonly requests: Allowance;
  readonly mutations: Allowance;
  readonly wrongTokens: Allowance;
}

/** So many at once, and from then on so many a second. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

export const defaultIngestLimits: IngestLimits = {
  /** 32 MiB: the most mutations of a request, at 335 bytes each; what is larger is sent in parts. */
  maxBodyBytes: 32 << 20,
  /** 64 KiB: twenty screens of text. The engine takes more, but each client is sent all of it. */
  maxLineBytes: 64 << 10,
  /** A few seconds of the engine's time, and not more is lost with a connection that breaks. */
  maxMutations: 100_000,
  /** 30 s for a body: 1.1 MB a second for the largest. Ends who sends a byte now and then. */
  maxBodyMs: 30_000,
  /** Requests whose bodies are being read: each holds a line and a section, at most 1 MB. */
  maxUnderWay: 32,
  /** Rejected lines that are told one by one: an answer of some 20 KB; the others are counted. */
  maxReported: 100,
  /** One event a request is how webhooks come; 200 a second take a tenth of a core. */
  requests: { burst: 400, perSecond: 200 },
  /** What one core stores, applies and sends, with room to spare; ten full requests at once. */
  mutations: { burst: 1_000_000, perSecond: 20_000 },
  /** Of an address: mistakes are made by hand; more than that is guessing. */
  wrongTokens: { burst: 10, perSecond: 0.2 },
};

/** Mutations, and bytes of their lines, that are read before they are written together. */
export const sectionMutations = 500;
export const sectionBytes = 256 << 10;
