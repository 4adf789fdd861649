import { loadFirstRows } from '$lib/server/backend.js';
import { parseAddress } from '$lib/timeline/address.js';
import type { PageServerLoad } from './$types';

/** Not awaited: the page is sent at once, the rows when they are there. */
export const load: PageServerLoad = ({ url, locals }) => ({
  first: loadFirstRows(parseAddress(url.searchParams), locals.table),
});
