import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with files and pages. adapter-node writes it beside what this folder is built to. */
export function handler(
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): unknown;
