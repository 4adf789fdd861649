import { loadFirstRows } from '$lib/server/backend.js';
import { parsePlace } from '$lib/timeline/place.js';
import type { PageServerLoad } from './$types';

/** Not awaited: the page is sent at once, the rows when they are there. */
export const load: PageServerLoad = ({ url }) => ({
  first: loadFirstRows(parsePlace(url.searchParams)),
});
