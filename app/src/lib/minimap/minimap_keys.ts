/** What a key does on the minimap. Shares are of the time range shown. */
export type MinimapCommand =
  | { readonly type: 'move'; readonly share: number }
  | { readonly type: 'first' | 'live' | 'whole' }
  | { readonly type: 'zoom'; readonly factor: number };

const stepShare = 0.01;
const pageShare = 0.1;
const zoomFactor = 1.5;

/** The command of a key; `undefined` if it has none here. */
export function minimapCommand(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}): MinimapCommand | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return { type: 'move', share: -stepShare };
    case 'ArrowRight':
    case 'ArrowUp':
      return { type: 'move', share: stepShare };
    case 'PageDown':
      return { type: 'move', share: -pageShare };
    case 'PageUp':
      return { type: 'move', share: pageShare };
    case 'Home':
      return { type: 'first' };
    case 'End':
      return { type: 'live' };
    case '+':
      return { type: 'zoom', factor: 1 / zoomFactor };
    case '-':
      return { type: 'zoom', factor: zoomFactor };
    case 'Escape':
      return { type: 'whole' };
    default:
      return undefined;
  }
}
