import fc from 'fast-check';

/** Something happens to an event. Numbers pick among what there is. */
export type Change =
  | { readonly type: 'insert' | 'move'; readonly pick: number; readonly timestamp: number }
  | { readonly type: 'update' | 'delete'; readonly pick: number };

/** The reader looks at something. */
export type Look =
  | { readonly type: 'live' }
  | { readonly type: 'key'; readonly timestamp: number; readonly rowOffset: number }
  | { readonly type: 'rank'; readonly rank: number }
  /** By rows from what is on screen: by the wheel, or by the scrollbar. */
  | { readonly type: 'scroll' | 'drag'; readonly rows: number }
  | { readonly type: 'filter'; readonly filter: string };

/** One move of the world or of the reader. */
export type Step =
  | Change
  /** `isPatient`: and waits until it is there. */
  | { readonly type: 'look'; readonly look: Look; readonly isPatient: boolean }
  | {
      readonly type: 'answer' | 'deliver' | 'fail' | 'answerAside' | 'deliverAside' | 'failAside';
      readonly pick: number;
    }
  /** What is under way arrives, at one end or the other: pages, or the feed's messages. */
  | { readonly type: 'arrive' | 'synchronize' }
  /** Changes that the feed brings after a page was answered and before it arrives. */
  | { readonly type: 'race'; readonly changes: readonly Change[] }
  | {
      readonly type:
        | 'hear'
        | 'sendBatch'
        | 'sendCounts'
        | 'sendProgress'
        | 'receive'
        | 'repeat'
        | 'loseMessage'
        | 'garble'
        | 'break'
        | 'truncateLog'
        | 'restart'
        | 'rest';
    }
  | { readonly type: 'advance'; readonly delayMs: number }
  | { readonly type: 'tell'; readonly tells: 'each' | 'net' }
  | { readonly type: 'refuse'; readonly refusal: string | undefined };

const timestamp = fc.integer({ min: 0, max: 60 });
const pick = fc.nat(50);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constantFrom('insert', 'move'), pick, timestamp }),
  fc.record({ type: fc.constantFrom('update', 'delete'), pick }),
);
const look: fc.Arbitrary<Look> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('live') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('key'),
      timestamp,
      rowOffset: fc.integer({ min: -3, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('rank'), rank: fc.nat(650) }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('scroll'), rows: fc.integer({ min: -25, max: 25 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('drag'), rows: fc.integer({ min: -60, max: 60 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('filter'),
      filter: fc.constantFrom('', '', 'kind:kind1', 'kind:kind2', 'kind:none', 'kind:('),
    }),
  },
);
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: change },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('race'),
      changes: fc.array(change, { minLength: 1 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ type: fc.constantFrom('answer', 'deliver'), pick: fc.nat(1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('answerAside', 'deliverAside'), pick: fc.nat(1) }),
  },
  {
    weight: 16,
    arbitrary: fc.record({ type: fc.constantFrom('arrive', 'synchronize') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('fail', 'failAside'), pick: fc.nat(1) }),
  },
  {
    weight: 18,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'hear',
        'sendBatch',
        'receive',
        'receive',
        'sendCounts',
        'sendProgress',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('repeat', 'loseMessage', 'garble', 'break', 'truncateLog', 'restart'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ type: fc.constant('tell'), tells: fc.constantFrom('each', 'net') }),
      fc.record({
        type: fc.constant('refuse'),
        refusal: fc.constantFrom(undefined, 'too_many_filters', 'invalid_subscription'),
      }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rest') }) },
  {
    weight: 24,
    arbitrary: fc.record({ type: fc.constant('look'), look, isPatient: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('advance'),
      delayMs: fc.constantFrom(20, 50, 300, 2_000, 6_000),
    }),
  },
);
