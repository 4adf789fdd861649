/** What a link leads to: what is on screen now, the live end, or so long before it is opened. */
export type LinkTarget =
  | { readonly type: 'moment' }
  | { readonly type: 'live' }
  | { readonly type: 'ago'; readonly minutes: number };
