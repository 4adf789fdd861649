import { isTelephone, loadFirstRows } from '$lib/server/backend.js';
import { parseAddress } from '$lib/timeline/address.js';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals, request, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { settings, table } = locals;
  const address = parseAddress(url.searchParams);
  const problem = address.problem ?? settings.link.problem;
  return {
    first: await loadFirstRows({ ...address, problem }, table, {
      rows: settings.own.rows,
      isOnTelephone: isTelephone(request.headers),
    }),
    settings,
  };
};
