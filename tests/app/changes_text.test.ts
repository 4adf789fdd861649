import { expect, test } from 'vitest';
import { parseChanges } from '../../app/src/lib/changes/changes_request.js';
import { changesText } from '../../app/src/lib/changes/changes_text.js';

const since = 'since this link was made';
const said = (answer: unknown) => changesText(parseChanges(answer), since);
const counts = (inserted: number, updated: number, deleted: number) => ({
  epoch: 'e',
  seq: 5,
  inserted,
  updated,
  deleted,
});

test.each([
  [counts(0, 0, 0), 'Nothing has changed since this link was made.', false],
  [counts(0, 12, 1), 'Events since this link was made: 12 changed, 1 deleted.', true],
  [counts(1_500, 2, 0), 'Events since this link was made: 2 changed, 1,500 new.', true],
  // What is gone can't be shown.
  [counts(0, 0, 3), 'Events since this link was made: 3 deleted.', false],
] as const)('%j is told as %s', (answer, text, canShow) => {
  expect(said(answer)).toEqual({ text, canShow });
});

test.each([
  ['epoch_changed', /begun anew since this link was made/],
  ['log_truncated', /Too much has happened since this link was made/],
  ['too_far_behind', /Too much has happened/],
])('that nobody can tell for %s is said', (lost, text) => {
  expect(said({ epoch: 'e', seq: 5, lost })).toEqual({
    text: expect.stringMatching(text) as string,
    canShow: false,
  });
});

test.each([
  undefined,
  null,
  'text',
  [],
  {},
  counts(-1, 0, 0),
  counts(0, 0.5, 0),
  counts(0, 0, NaN),
])('%j is no answer, and that is said', (answer) => {
  expect(said(answer).text).toMatch(/is not known: the answer has no such counts/);
});
