/** What a link leads to: what is on screen now, the live end, there with the minutes before it is opened alone, or a time so long before it is opened. */
export type LinkTarget =
  | { readonly type: 'moment' }
  | { readonly type: 'live' }
  | { readonly type: 'last'; readonly minutes: number }
  | { readonly type: 'ago'; readonly minutes: number };
