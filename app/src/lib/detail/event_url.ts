/**
 * Where the backend answers the event `id` (docs/protocol.md, `GET /data?id=…`); `undefined` where no address names it: half of
 * a surrogate pair can't be written in UTF-8. `id` may be any other text.
 */
export function eventUrl(backendUrl: string, id: string): string | undefined {
  if (/\p{Surrogate}/u.test(id)) return undefined;
  return `${backendUrl.replace(/\/+$/, '')}/data?id=${encodeURIComponent(id)}`;
}
