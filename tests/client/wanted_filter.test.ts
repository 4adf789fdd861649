import { expect, it } from 'vitest';
import { WantedFilter } from '../../wasm/ts/client/wanted_filter.js';

const fault = { message: 'm', begin: 0, end: 1, expected: 'e' };

it('is the one that the reader wants', () => {
  const filter = new WantedFilter();
  expect([filter.due, filter.ofWindow, filter.fault]).toEqual(['', '', undefined]);
  filter.want('a');
  expect([filter.due, filter.ofWindow]).toEqual(['a', '']);
  filter.begin('a');
  expect([filter.due, filter.ofWindow]).toEqual(['a', 'a']);
});

it('is the one of the window where the one wanted can’t be had, until another is wanted', () => {
  const filter = new WantedFilter();
  filter.want('a');
  filter.begin('a');
  filter.want('(');
  filter.refuse('(', fault);
  expect([filter.due, filter.fault]).toEqual(['a', fault]);
  filter.want('(');
  expect([filter.due, filter.fault]).toEqual(['a', fault]);
  filter.want('b');
  expect([filter.due, filter.fault]).toEqual(['b', undefined]);
  filter.want('(');
  expect([filter.due, filter.fault]).toEqual(['(', undefined]);
});

it('is none where even the window’s can’t be had any more', () => {
  const filter = new WantedFilter();
  filter.want('a');
  filter.begin('a');
  filter.refuse('a', fault);
  expect([filter.due, filter.fault]).toEqual(['', fault]);
  filter.begin('');
  expect([filter.due, filter.fault]).toEqual(['', fault]);
});

it('takes no answer about a filter that is not wanted any more', () => {
  const filter = new WantedFilter();
  filter.want('(');
  filter.want('b');
  filter.refuse('(', fault);
  expect([filter.due, filter.fault]).toEqual(['b', undefined]);
});

it('refuses by itself what is longer than filters may be', () => {
  const filter = new WantedFilter();
  filter.want('é'.repeat(2_048));
  expect(filter.fault).toBeUndefined();
  filter.want('é'.repeat(2_048) + 'x');
  expect(filter.fault).toMatchObject({ begin: 0 });
  expect(filter.due).toBe('');
});
