import type { createBackend } from '@eventglass/backend/server';

export type BackendSettings = Parameters<typeof createBackend>[0];

/** A backend for pages of `origin`, on a port of the system's choice, whose events change by hand alone. */
export function quietBackend(
  origin: string,
  settings: Partial<BackendSettings> = {},
): BackendSettings {
  return {
    port: 0,
    host: '127.0.0.1',
    initialCount: 500,
    mutationRate: 0,
    seed: 1,
    historyEndMs: Date.now(),
    allowedOrigins: [origin],
    ingestToken: undefined,
    storeFolder: undefined,
    logLevel: 'silent',
    ...settings,
  };
}
