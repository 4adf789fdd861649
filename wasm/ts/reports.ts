/** Reports of the engine as the module gives them, and as embedders read them. */
import type { RawCounts, RawFeedReport, RawPageReport } from './raw_module.js';
import type {
  ApplyCounts,
  DecodeError,
  FeedReport,
  FeedStatus,
  PageReport,
  PageStatus,
} from './types.js';

// Names by the engine's numbers.
export const PAGE_STATUSES: readonly PageStatus[] = [
  'applied',
  'malformed',
  'epoch_changed',
  'disjoint',
  'superseded',
  'out_of_memory',
  'busy',
  'not_open',
];
const FEED_STATUSES: readonly FeedStatus[] = [
  'applied',
  'duplicate',
  'gap',
  'epoch_changed',
  'reset',
  'error',
  'malformed',
  'out_of_memory',
];
const MESSAGE_TYPES: readonly FeedReport['type'][] = [
  '',
  'batch',
  'progress',
  'resume',
  'reset',
  'error',
  'counts',
  'density',
];
const DECODE_CODES = [
  'ok',
  'empty',
  'too_large',
  'invalid_utf8',
  'unclosed_string',
  'invalid_string',
  'invalid_number',
  'syntax',
  'too_deep',
  'trailing_content',
  'wrong_shape',
  'out_of_memory',
];
const SKIP_CODES = [
  'not_an_object',
  'missing_id',
  'missing_timestamp',
  'missing_seq',
  'seq_out_of_order',
  'unknown_op',
  'wrong_type',
  'out_of_range',
  'too_long',
  'dictionary_full',
  'outside_page',
];

export const NO_COUNTS: ApplyCounts = {
  inserted: 0,
  updated: 0,
  moved: 0,
  deleted: 0,
  stale: 0,
  unknown: 0,
  outsideOlder: 0,
  outsideNewer: 0,
  evicted: 0,
  skipped: 0,
  skippedSamples: [],
};

export interface InputRefusal {
  readonly status: 'too_large' | 'out_of_memory';
  readonly error: DecodeError;
}

export function refusal(status: InputRefusal['status'], message: string): InputRefusal {
  return { status, error: { code: status, message, byteOffset: 0 } };
}

export function nameOf<T>(names: readonly T[], number: number): T {
  const name = names[number];
  if (name === undefined) throw new Error(`eventglass: the module answered ${String(number)}`);
  return name;
}

function toCounts(raw: RawCounts): ApplyCounts {
  const skippedSamples = raw.skippedSamples.map((sample) => ({
    ...sample,
    code: nameOf(SKIP_CODES, sample.code),
  }));
  return { ...raw, skippedSamples };
}

function toError(raw: RawPageReport): DecodeError | undefined {
  if (raw.errorCode === 0) return undefined;
  return {
    code: nameOf(DECODE_CODES, raw.errorCode),
    message: raw.errorMessage,
    byteOffset: raw.errorOffset,
  };
}

function isOutOfMemory(raw: RawPageReport): boolean {
  return DECODE_CODES[raw.errorCode] === 'out_of_memory';
}

export function toPageReport(raw: RawPageReport): PageReport {
  return {
    status: isOutOfMemory(raw) ? 'out_of_memory' : nameOf(PAGE_STATUSES, raw.status),
    error: toError(raw),
    counts: toCounts(raw.counts),
  };
}

export function toFeedReport(raw: RawFeedReport): FeedReport {
  return {
    status: isOutOfMemory(raw) ? 'out_of_memory' : nameOf(FEED_STATUSES, raw.status),
    type: nameOf(MESSAGE_TYPES, raw.type),
    error: toError(raw),
    epoch: raw.epoch,
    seq: raw.seq,
    totalCount: raw.hasTotalCount ? raw.totalCount : undefined,
    reason: raw.reason,
    counts: toCounts(raw.counts),
  };
}
