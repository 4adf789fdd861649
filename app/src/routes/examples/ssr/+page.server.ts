import { loadFirstRows } from '$lib/server/backend.js';
import { parsePlace } from '$lib/timeline/place.js';
import type { PageServerLoad } from './$types';

/** Awaited: the rows are in the HTML. */
export const load: PageServerLoad = async ({ url }) => ({
  first: await loadFirstRows(parsePlace(url.searchParams)),
});
