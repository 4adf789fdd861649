import { loadFirstRows } from '$lib/server/backend.js';
import { parseAddress } from '$lib/timeline/address.js';
import type { PageServerLoad } from './$types';

/** Awaited: the rows are in the HTML. */
export const load: PageServerLoad = async ({ url, locals }) => ({
  first: await loadFirstRows(parseAddress(url.searchParams), locals.table),
});
