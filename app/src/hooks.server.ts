import type { Handle } from '@sveltejs/kit';
import { env } from '$env/dynamic/public';
import { browserBackendUrl } from '$lib/backend_url.js';

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

/** The origins of the backend, as the page that is asked for will reach it, for `connect-src`. */
function backendOrigins(pageUrl: URL): string {
  const backend = new URL(browserBackendUrl(env.PUBLIC_BACKEND_URL, pageUrl));
  const socketScheme = backend.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${backend.origin} ${socketScheme}//${backend.host}`;
}

export const handle: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);

  const policy = response.headers.get('content-security-policy');
  if (policy !== null) {
    // The page's own scheme can't be told behind a proxy; http is what it has in the default setting.
    const pageUrl = new URL(event.url);
    if (event.request.headers.get('x-forwarded-proto') === null) pageUrl.protocol = 'http:';
    response.headers.set(
      'content-security-policy',
      policy.replace("connect-src 'self'", `connect-src 'self' ${backendOrigins(pageUrl)}`),
    );
  }
  return response;
};
