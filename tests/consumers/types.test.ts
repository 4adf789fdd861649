import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Installation, run } from './support/installation.js';

const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.make();
  await writeFile(
    join(installation.folder, 'page.ts'),
    `import { createEngine, type Schema, type View } from 'eventglass';
     import { EventTimelineElement, type RowDetail } from 'eventglass/element';
     import { type BlockUpdate, type EventFields, type JsonObject, TimelineClient } from 'eventglass/client';
     import { type AdapterQuery, type EventKey, type OpenableSource, push } from 'eventglass/sources';
     const schema: Schema = [{ name: 'id', type: 'id' }, { name: 'timestamp', type: 'timestamp' }];
     export async function count(): Promise<number> {
       const engine = await createEngine({ schema });
       const view: View = engine.openView();
       const buffer: ArrayBuffer = engine.readRows({ begin: 0, end: 1 }).buffer;
       // @ts-expect-error -- rows are read by a range
       engine.readRows(1);
       return view.rowCount + buffer.byteLength;
     }
     const onBlock = ({ block }: BlockUpdate) => console.log(block.rowCount);
     const element: EventTimelineElement = document.createElement('event-timeline');
     element.addEventListener('rowselect', ({ detail }) => {
       const row: RowDetail | null = detail;
       console.log(row?.texts['actor']);
     });
     element.columns = [{ name: 'actor', cell: ({ text }) => text }];
     export const firstEvent = ({ block }: BlockUpdate): EventFields => block.event(0);
     export const keyOf = ({ start }: AdapterQuery): EventKey | undefined => start;
     export const source: OpenableSource = push({ open: () => undefined });
     const client = new TimelineClient({ backendUrl: '', schema, onBlock, onState: () => undefined });
     export const event: Promise<JsonObject | undefined> = client.readEvent('a');
     client.delete();`,
  );
});

afterAll(() => installation[Symbol.asyncDispose]());

/** Settings of projects of others; types of Node are in none of them. */
const projects = {
  'a bundler': { module: 'esnext', moduleResolution: 'bundler', target: 'es2022' },
  'Node’s modules': { module: 'nodenext', target: 'es2023' },
};

describe('types hold, those of the package looked at as well, for', () => {
  for (const [name, settings] of Object.entries(projects)) {
    test(name, async () => {
      const strict = { noEmit: true, strict: true, exactOptionalPropertyTypes: true };
      const compilerOptions = { ...settings, ...strict, skipLibCheck: false, types: [] };
      const project = { compilerOptions, files: ['page.ts'] };
      await writeFile(join(installation.folder, 'tsconfig.json'), JSON.stringify(project));
      const options = { cwd: installation.folder };
      const told = await run(process.execPath, [tsc], options).then(
        ({ stdout }) => stdout,
        (error: unknown) => (error as { readonly stdout: string }).stdout,
      );
      expect(told).toBe('');
    });
  }
});
