import { browserBackendUrl } from '../backend_url.js';

/** What is known of the way a request came. */
export interface RequestOrigin {
  /** The app's own origin, where the operator has set it (`ORIGIN`). */
  readonly configured: string | undefined;
  /** The header `x-forwarded-proto`. */
  readonly forwardedScheme: string | undefined;
  /** The header `host`. */
  readonly host: string | undefined;
}

/** What a name or address with a port is made of: nothing that could end a directive of a policy. */
const hostPattern = /^[\w.:[\]-]+$/;

/** The page's origin as its reader's browser has it. Without a proxy that says otherwise, it is http. */
function pageOrigin({ configured, forwardedScheme, host }: RequestOrigin): URL {
  if (configured !== undefined && configured !== '') return new URL(configured);
  const scheme = forwardedScheme === 'https' ? 'https' : 'http';
  const url = `${scheme}://${host ?? ''}`;
  return new URL(hostPattern.test(host ?? '') && URL.canParse(url) ? url : 'http://localhost');
}

/** Sources of `connect-src` for the backend, HTTP and sockets, as the browser that asks will reach it. */
export function backendSources(configuredUrl: string | undefined, request: RequestOrigin): string {
  const backend = new URL(browserBackendUrl(configuredUrl, pageOrigin(request)));
  const socketScheme = backend.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${backend.origin} ${socketScheme}//${backend.host}`;
}

/** Throws, with a message for the operator, unless `url` is unset or an address that policies can name. */
export function checkBackendUrl(url: string | undefined): void {
  if (url === undefined || url === '') return;
  const scheme = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (scheme === 'http:' || scheme === 'https:') return;
  throw new Error(
    `PUBLIC_BACKEND_URL: expected an address such as https://events.example.org, got ${JSON.stringify(url)}`,
  );
}
