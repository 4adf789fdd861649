import { isCount, refusalText } from '../backend_answer.js';
import { requestFromBackend, type Failed } from '../backend_request.js';
import { isObject } from '../json.js';

/** A value, and the events that have it. */
interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** What the events that match a filter have in one column. */
export interface Facet {
  readonly column: string;
  /** The most frequent ones first. */
  readonly values: readonly FacetValue[];
  /** Of all values. */
  readonly distinctCount: number;
  /** Events without one. */
  readonly missingCount: number;
}

export type FacetsAnswer = { readonly type: 'facets'; readonly facets: readonly Facet[] } | Failed;

function isFacetValue(value: unknown): value is FacetValue {
  return isObject(value) && typeof value['value'] === 'string' && isCount(value['count']);
}

function isFacet(value: unknown, column: string | undefined): value is Facet {
  if (!isObject(value) || column === undefined || value['column'] !== column) return false;
  const { values, distinctCount, missingCount } = value;
  return (
    Array.isArray(values) &&
    values.every(isFacetValue) &&
    isCount(distinctCount) &&
    isCount(missingCount)
  );
}

/** The facets of these columns in an answer's text; `undefined` if it is not that. */
export function parseFacets(
  answer: unknown,
  columns: readonly string[],
): readonly Facet[] | undefined {
  const facets = isObject(answer) ? answer['facets'] : undefined;
  if (!Array.isArray(facets) || facets.length !== columns.length) return undefined;
  const checked: readonly unknown[] = facets;
  return checked.every((facet, i): facet is Facet => isFacet(facet, columns[i]))
    ? checked
    : undefined;
}

async function readAnswer(response: Response, columns: readonly string[]): Promise<FacetsAnswer> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) return { type: 'failed', reason: refusalText(answer, response.status) };
  const facets = parseFacets(answer, columns);
  return facets
    ? { type: 'facets', facets }
    : { type: 'failed', reason: 'the answer has no such counts' };
}

/** Asks for facets. Never rejects; once `signal` is aborted the answer says nothing. */
export function requestFacets(
  backendUrl: string,
  asked: {
    readonly filter: string;
    readonly columns: readonly string[];
    readonly limit: number;
  },
  signal: AbortSignal,
): Promise<FacetsAnswer> {
  const { filter, columns, limit } = asked;
  const query = new URLSearchParams({ columns: columns.join(','), limit: String(limit) });
  if (filter !== '') query.set('filter', filter);
  const url = `${backendUrl}/data/facets?${query.toString()}`;
  return requestFromBackend(url, signal, (response) => readAnswer(response, columns));
}
