/** Where the backend listens unless it is told otherwise. */
const defaultBackendPort = 3000;

/**
 * The backend's address as a browser reaches it: `configured`, or else the default port of the host
 * that the page came from.
 */
export function browserBackendUrl(configured: string | undefined, page: URL | Location): string {
  if (configured !== undefined && configured !== '') return configured;
  return `${page.protocol}//${page.hostname}:${String(defaultBackendPort)}`;
}
