import { loadFirstRows } from '$lib/server/backend.js';
import { parseAddress } from '$lib/timeline/address.js';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { settings, table } = locals;
  const address = parseAddress(url.searchParams);
  const problem = address.problem ?? settings.link.problem;
  return {
    first: await loadFirstRows({ ...address, problem }, table, settings.own.rows),
    settings,
  };
};
