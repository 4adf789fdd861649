/** An event of the examples of filters: any fields of these columns. */
export type Fields = Readonly<Record<string, string | number | boolean>>;

/** Events that a filter of docs/filter.md finds, and such that it does not, by what the page says of it. */
export interface FilterCase {
  readonly finds: readonly Fields[];
  readonly leaves: readonly Fields[];
}

const at = (time: string): Fields => ({ timestamp: Date.parse(time) });

/** Of the block at the top of the page. */
export const blockCases: Readonly<Record<string, FilterCase>> = {
  timeout: {
    finds: [{ message: 'a Timeout.' }, { type: 'job.timeout' }],
    leaves: [{ message: 'in time' }],
  },
  'source:stripe type:refund,charge.*': {
    finds: [
      { source: 'stripe', type: 'refund' },
      { source: 'Stripe', type: 'charge.paid' },
    ],
    leaves: [
      { source: 'stripe', type: 'refunds' },
      { source: 'ads', type: 'refund' },
    ],
  },
  '-severity:info amount>=10': {
    finds: [{ severity: 'error', amount: 10 }, { amount: 11 }],
    leaves: [
      { severity: 'info', amount: 11 },
      { severity: 'error', amount: 9.9 },
      { severity: 'error' },
    ],
  },
  '"Card declined" time:2026-11': {
    finds: [{ message: 'Card declined!', ...at('2026-11-30T23:59:59.999Z') }],
    leaves: [
      { message: 'card declined', ...at('2026-11-30') },
      { message: 'Card declined', ...at('2026-12-01') },
    ],
  },
  '(source:shop OR source:ads) NOT done:true': {
    finds: [{ source: 'shop' }, { source: 'ads', done: false }],
    leaves: [
      { source: 'shop', done: true },
      { source: 'stripe', done: false },
    ],
  },
};

const empty: Fields = { message: 'x' };

/** Of the table of terms; `word` and `column` in them are such as these. */
export const termCases: Readonly<Record<string, FilterCase & { readonly as: string }>> = {
  word: {
    as: 'declined',
    finds: [{ message: 'Predeclined' }, { source: 'DECLINED' }],
    leaves: [{ message: 'decline' }],
  },
  '"exact words"': {
    as: '"exact words"',
    finds: [{ message: 'inexact words' }],
    leaves: [{ message: 'Exact words' }, { message: 'exact  words' }],
  },
  'column:value': { as: 'source:shop', finds: [{ source: 'shop' }], leaves: [{ source: 'shops' }] },
  'column:a,b,c': {
    as: 'source:a,b,c',
    finds: [{ source: 'a' }, { source: 'b' }, { source: 'c' }],
    leaves: [{ source: 'd' }],
  },
  'column:*': { as: 'amount:*', finds: [{ amount: 0 }], leaves: [empty] },
  'column>10': { as: 'amount>10', finds: [{ amount: 10.5 }], leaves: [{ amount: 10 }, empty] },
  '>=': { as: 'amount>=10', finds: [{ amount: 10 }], leaves: [{ amount: 9 }, empty] },
  '<': { as: 'amount<10', finds: [{ amount: 9 }], leaves: [{ amount: 10 }, empty] },
  '<=': { as: 'amount<=10', finds: [{ amount: 10 }], leaves: [{ amount: 11 }, empty] },
  '=': { as: 'amount=10', finds: [{ amount: 10 }], leaves: [{ amount: 11 }, empty] },
};

/** Of the table of values, after the name of a column of that type. */
export const valueCases: Readonly<Record<string, FilterCase & { readonly column: string }>> = {
  stripe: { column: 'source', finds: [{ source: 'Stripe' }], leaves: [{ source: 'stripes' }] },
  '"stripe"': { column: 'source', finds: [{ source: 'stripe' }], leaves: [{ source: 'Stripe' }] },
  'charge.*': {
    column: 'type',
    finds: [{ type: 'Charge.paid' }],
    leaves: [{ type: 'a charge.paid' }],
  },
  '"charge."*': {
    column: 'type',
    finds: [{ type: 'charge.paid' }],
    leaves: [{ type: 'Charge.paid' }],
  },
  failed: { column: 'message', finds: [{ message: 'It Failed.' }], leaves: [{ message: 'fail' }] },
  '"Failed"': {
    column: 'message',
    finds: [{ message: 'It Failed.' }],
    leaves: [{ message: 'It failed.' }],
  },
  'fail*': {
    column: 'message',
    finds: [{ message: 'Failed' }],
    leaves: [{ message: 'It failed' }],
  },
  '"Fail"*': { column: 'message', finds: [{ message: 'Failed' }], leaves: [{ message: 'failed' }] },
  '10': { column: 'amount', finds: [{ amount: 10 }], leaves: [{ amount: 10.1 }] },
  '-2.5': { column: 'amount', finds: [{ amount: -2.5 }], leaves: [{ amount: 2.5 }] },
  '1e3': { column: 'amount', finds: [{ amount: 1_000 }], leaves: [{ amount: 1 }] },
  '10..20': {
    column: 'amount',
    finds: [{ amount: 10 }, { amount: 20 }],
    leaves: [{ amount: 9.9 }, { amount: 20.1 }],
  },
  '10..': { column: 'amount', finds: [{ amount: 10 }], leaves: [{ amount: 9 }, empty] },
  '..20': { column: 'amount', finds: [{ amount: 20 }], leaves: [{ amount: 21 }, empty] },
  '2026-11-24': {
    column: 'time',
    finds: [at('2026-11-24')],
    leaves: [at('2026-11-25')],
  },
  '1795478400000': {
    column: 'time',
    finds: [{ timestamp: 1_795_478_400_000 }],
    leaves: [{ timestamp: 1_795_478_400_001 }],
  },
  '2026-11-01..2026-11-03': {
    column: 'time',
    finds: [at('2026-11-01'), at('2026-11-03T23:59:59.999Z')],
    leaves: [at('2026-10-31T23:59:59.999Z'), at('2026-11-04')],
  },
  true: { column: 'done', finds: [{ done: true }], leaves: [{ done: false }, empty] },
  false: { column: 'done', finds: [{ done: false }], leaves: [{ done: true }, empty] },
};

const span = (begin: string, end: string): readonly [number, number] => [
  Date.parse(begin),
  Date.parse(end),
];

/** Of the table of times: the milliseconds that each means, half-open. */
export const timeSpans: Readonly<Record<string, readonly [number, number]>> = {
  '2026': span('2026-01-01', '2027-01-01'),
  '2026-11': span('2026-11-01', '2026-12-01'),
  '2026-11-24': span('2026-11-24', '2026-11-25'),
  '2026-11-24T10': span('2026-11-24T10:00Z', '2026-11-24T11:00Z'),
  '2026-11-24T10:30': span('2026-11-24T10:30Z', '2026-11-24T10:31Z'),
  '2026-11-24T10:30:15': span('2026-11-24T10:30:15Z', '2026-11-24T10:30:16Z'),
  '2026-11-24T10:30:15.123': span('2026-11-24T10:30:15.123Z', '2026-11-24T10:30:15.124Z'),
  '2026-11-24T10:30Z': span('2026-11-24T10:30Z', '2026-11-24T10:31Z'),
  '2026-11-24T10:30+02:00': span('2026-11-24T08:30Z', '2026-11-24T08:31Z'),
  '1795478400000': [1_795_478_400_000, 1_795_478_400_001],
  '01999': [1_999, 2_000],
};

/** Of the table of joins: which of the rows `a`, `b` and `c`, `a b`, `a c` match. */
export const joinCases: Readonly<Record<string, FilterCase>> = {
  'a b': { finds: [{ message: 'a b' }], leaves: [{ message: 'a' }, { message: 'b' }] },
  'a AND b': { finds: [{ message: 'b a' }], leaves: [{ message: 'a' }, { message: 'b' }] },
  'a OR b': {
    finds: [{ message: 'a' }, { message: 'b' }, { message: 'a b' }],
    leaves: [{ message: 'c' }],
  },
  '-a': { finds: [{ message: 'b' }], leaves: [{ message: 'a' }] },
  'NOT a': { finds: [{ message: 'b' }], leaves: [{ message: 'a' }] },
  '(a OR b) c': {
    finds: [{ message: 'a c' }, { message: 'b c' }],
    leaves: [{ message: 'a' }, { message: 'c' }],
  },
};

/** Of the section on quotes. */
export const quoteCases: Readonly<Record<string, FilterCase>> = {
  '"say \\"hi\\""': { finds: [{ message: 'say "hi"' }], leaves: [{ message: 'say hi' }] },
  '"C:\\\\temp"': { finds: [{ message: 'C:\\temp' }], leaves: [{ message: 'C:temp' }] },
  'message:"timed out"': {
    finds: [{ message: 'It timed out' }],
    leaves: [{ source: 'timed out' }, { message: 'timed' }],
  },
  '"http://shop"': { finds: [{ message: 'to http://shop' }], leaves: [{ message: 'shop' }] },
  '"-5"': { finds: [{ message: 'of -5' }], leaves: [{ message: '5' }] },
  '"AND"': { finds: [{ message: 'AND' }], leaves: [{ message: 'and' }] },
  '"OR"': { finds: [{ message: 'OR' }], leaves: [{ message: 'or' }] },
  '"NOT"': { finds: [{ message: 'NOT' }], leaves: [{ message: 'not' }] },
  '"unit price">=10': { finds: [{ 'unit price': 10 }], leaves: [{ 'unit price': 9 }] },
};
