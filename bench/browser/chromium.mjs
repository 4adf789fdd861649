/** The whole browser. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The same without what is around a page: one is open in half the time. */
export const headlessShellPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell';

export const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
