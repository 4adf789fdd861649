import { loadFirstRows } from '$lib/server/backend.js';
import { parseAddress } from '$lib/timeline/address.js';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  return {
    first: await loadFirstRows(parseAddress(url.searchParams)),
    settings: locals.settings,
  };
};
