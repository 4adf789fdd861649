import type { ClientState } from 'eventglass/client';

/** The one word that says how things are, and what more there is to say. */
export interface Status {
  /** The word. */
  readonly label: 'Loading' | 'Live' | 'Paused' | 'Reconnecting' | 'Offline' | 'Stale';
  /** What more there is to say, or nothing. */
  readonly detail: string;
}

/** The state of connection and viewport in words. `state` is `undefined` until the engine runs. */
export function statusOf(
  state: ClientState | undefined,
  viewport: { readonly following: boolean; readonly hasRows: boolean },
): Status {
  const rowsAreOld = viewport.hasRows ? 'rows may be out of date' : '';
  if (!state) return { label: 'Loading', detail: '' };
  switch (state.connection) {
    case 'connecting':
      return { label: 'Loading', detail: '' };
    case 'reconnecting':
      return { label: 'Reconnecting', detail: rowsAreOld };
    case 'offline':
      return { label: 'Offline', detail: rowsAreOld || 'the event source does not answer' };
    case 'live':
      if (state.stale) return { label: 'Stale', detail: 'reloading' };
      return { label: viewport.following ? 'Live' : 'Paused', detail: '' };
  }
}
