/** Bundlers that know of workers find the client's by themselves. */
export const worker = undefined;
