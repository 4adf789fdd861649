import { count } from './counts.js';

addEventListener('message', ({ data: { schema, json } }) => {
  void count(schema, json).then((counts) => postMessage(counts));
});
