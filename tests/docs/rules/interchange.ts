import { inNode } from '../support/node_example.js';
import type { PageRules } from '../support/rule.js';

/** An engine as the examples have it. */
const engine = `
import { createEngine as makeEngine } from 'eventglass';
import { viewToArrow as writeArrow } from 'eventglass/arrow';
const schemaOfEngine = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'severity', type: 'dictionary' },
  { name: 'actor', type: 'dictionary' },
];
const engine = await makeEngine({ schema: schemaOfEngine });
const rows = Array.from({ length: 9 }, (_, i) => ({
  id: \`e\${i}\`,
  timestamp: i,
  severity: i % 3 === 0 ? 'info' : 'error',
  actor: i < 6 ? 'Ana' : 'Ben',
}));
engine.applyPage(new TextEncoder().encode(JSON.stringify(rows)), {
  cursor: { epoch: 'e', seq: 0 },
  covered: { begin: undefined, end: undefined },
});
const wholeStream = async (pieces) => new Uint8Array(await new Blob([...pieces]).arrayBuffer());
`;

export const interchange: PageRules = {
  Out: [
    inNode('[{"actor":"Ana","count":4},{"actor":"Ben","count":2}]\n', {
      before: engine,
      after: 'console.log(JSON.stringify(worst));',
    }),
    inNode('9\n', {
      before: engine,
      after: `const { readArrow } = await import('eventglass/arrow');
        console.log(readArrow(await new Response(body).arrayBuffer()).count);`,
    }),
  ],
  Back: [
    inNode('9\n', {
      before: `${engine}\nconst bytes = await wholeStream(writeArrow(engine));`,
      after: 'console.log(other.rowCount);',
    }),
  ],
};
