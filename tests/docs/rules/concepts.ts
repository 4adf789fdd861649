import { printsAsSaid } from '../support/node_example.js';
import type { PageRules } from '../support/rule.js';

export const concepts: PageRules = {
  'A window of them': [printsAsSaid(), printsAsSaid()],
  'Views and rows': [printsAsSaid()],
};
