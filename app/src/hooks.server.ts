import type { Handle, ServerInit } from '@sveltejs/kit';
import { env as privateEnv } from '$env/dynamic/private';
import { env } from '$env/dynamic/public';
import { backendSources, checkBackendUrl } from '$lib/server/backend_sources.js';

export const init: ServerInit = () => checkBackendUrl(env.PUBLIC_BACKEND_URL);

/** Adds the backend to the policy of pages. The server in `server/` gives every answer the other headers. */
export const handle: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
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
