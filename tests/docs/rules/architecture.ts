import { drawing, type PageRules } from '../support/rule.js';

export const architecture: PageRules = {
  'The way of the data': [
    drawing('text', 'HTTP pages, WebSocket batches', 'one row block per frame'),
  ],
};
