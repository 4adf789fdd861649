/** Names under which the backend answers something else (docs/protocol.md). */
const routeNames: readonly string[] = ['density', 'facets', 'changes'];

/** Names that a path can't end with: they mean a place relative to it. */
const relativeNames: readonly string[] = ['.', '..'];

/**
 * Where the backend answers the event `id` (docs/protocol.md); `undefined` where no address names it.
 * `id` may be any text.
 */
export function eventUrl(backendUrl: string, id: string): string | undefined {
  if (relativeNames.includes(id) || /\p{Surrogate}/u.test(id)) return undefined;
  // A route is not meant where one of its characters is encoded.
  const name = routeNames.includes(id)
    ? `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`
    : encodeURIComponent(id);
  return `${backendUrl.replace(/\/+$/, '')}/data/${name}`;
}
