/** Names that a path can't end with: they mean a place relative to it. */
const relativeNames: readonly string[] = ['.', '..'];

/**
 * Where the backend answers the event `id` (docs/protocol.md); `undefined` where no address names it.
 * `id` may be any text.
 */
export function eventUrl(backendUrl: string, id: string): string | undefined {
  if (relativeNames.includes(id) || /\p{Surrogate}/u.test(id)) return undefined;
  // As it is, it would be the counts over time.
  const name = id === 'density' ? '%64ensity' : encodeURIComponent(id);
  return `${backendUrl.replace(/\/+$/, '')}/data/${name}`;
}
