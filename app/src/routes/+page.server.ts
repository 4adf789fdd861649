import { loadFirstRows } from '$lib/server/backend.js';
import { parsePlace } from '$lib/timeline/place.js';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  return { first: await loadFirstRows(parsePlace(url.searchParams)) };
};
