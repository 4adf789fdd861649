import type { Handle, RequestEvent, ServerInit } from '@sveltejs/kit';
import { env as privateEnv } from '$env/dynamic/private';
import { env } from '$env/dynamic/public';
import { backendSources, checkBackendUrl } from '$lib/server/backend_sources.js';
import { loadColumns } from '$lib/server/timeline_schema.js';
import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import { parseLink } from '$lib/view_settings/link_settings.js';
import {
  htmlWithSettings,
  settingsCookie,
  type GivenSettings,
} from '$lib/view_settings/page_settings.js';
import { parseSettings } from '$lib/view_settings/settings.js';
import { windowRows } from '$lib/window_rows.js';

/** What the operator has set wrongly ends the server at once, not pages later. */
export const init: ServerInit = () => {
  checkBackendUrl(env.PUBLIC_BACKEND_URL);
  windowRows(env.PUBLIC_WINDOW_ROWS);
};

function givenSettings({ cookies, url }: RequestEvent, table: TableColumns): GivenSettings {
  return {
    own: parseSettings(cookies.get(settingsCookie, { decode: (text) => text }), table),
    link: parseLink(url.searchParams, table),
    nowMs: Date.now(),
  };
}

/**
 * Renders pages with the reader's settings, and adds the backend to their policy. The server in `server/` gives every
 * answer the other headers.
 */
export const handle: Handle = async ({ event, resolve }) => {
  const table = await loadColumns();
  const settings = givenSettings(event, table);
  event.locals.table = table;
  event.locals.settings = settings;
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => htmlWithSettings(html, settings, table),
  });
  const policy = response.headers.get('content-security-policy');
  if (policy !== null) {
    const { headers } = event.request;
    const sources = backendSources(env.PUBLIC_BACKEND_URL, {
      configured: privateEnv['ORIGIN'],
      forwardedScheme: headers.get('x-forwarded-proto') ?? undefined,
      host: headers.get('host') ?? undefined,
    });
    response.headers.set(
      'content-security-policy',
      policy.replace("connect-src 'self'", `connect-src 'self' ${sources}`),
    );
  }
  return response;
};
