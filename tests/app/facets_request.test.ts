import { describe, expect, test } from 'vitest';
import { parseFacets } from '../../app/src/lib/facets/facets_request.js';

const facet = {
  column: 'source',
  values: [{ value: 'stripe', count: 2 }],
  distinctCount: 1,
  missingCount: 0,
};

describe('an answer with facets', () => {
  test('is those of the columns asked for', () => {
    expect(parseFacets({ seq: 1, facets: [facet] }, ['source'])).toEqual([facet]);
    expect(parseFacets({ facets: [] }, [])).toEqual([]);
  });

  test.each([
    undefined,
    null,
    [],
    {},
    { facets: {} },
    { facets: [] },
    { facets: [null] },
    { facets: [facet, facet] },
    { facets: [{ ...facet, column: 'type' }] },
    { facets: [{ ...facet, values: 'x' }] },
    { facets: [{ ...facet, values: [{ value: 1, count: 2 }] }] },
    { facets: [{ ...facet, values: [{ value: 'x', count: -1 }] }] },
    { facets: [{ ...facet, values: [{ value: 'x', count: 0.5 }] }] },
    { facets: [{ ...facet, distinctCount: '1' }] },
    { facets: [{ ...facet, missingCount: undefined }] },
  ])('is not %j', (answer) => {
    expect(parseFacets(answer, ['source'])).toBeUndefined();
  });
});
