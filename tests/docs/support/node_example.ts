import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect } from 'vitest';
import type { Rule, Scene } from './rule.js';

const run = promisify(execFile);

/** What an example is given that is not on the page, and what is asked of it. */
export interface Surroundings {
  /** Stands before it, without types. */
  readonly before?: string;
  /** Declares for the types what `before` has. */
  readonly declared?: string;
  /** Stands after it. */
  readonly after?: string;
}

/** Runs an example in Node, with the package in `node_modules`, and answers what it prints. */
async function runInNode(
  { block, stage }: Scene,
  { before = '', after = '' }: Surroundings = {},
): Promise<string> {
  const folder = await stage.folder();
  const file = join(folder, 'example.mjs');
  const script = `${before}\n${scriptOf(block)}\n${after}`;
  const backend = 'http://localhost:3000';
  const isOnline = script.includes(backend);
  await writeFile(file, isOnline ? script.replaceAll(backend, await stage.demo()) : script);
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
  expect(stderr).toBe('');
  return stdout;
}

/** JavaScript that today's Node and browsers run. */
export function scriptOf({ language, code }: Scene['block']): string {
  if (language === 'js') return code;
  expect(language).toBe('ts');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

/** An example in Node that prints this. Where it is of TypeScript its types hold. */
export function inNode(printed: RegExp | string, surroundings: Surroundings = {}): Rule {
  return async (scene) => {
    if (scene.block.language === 'ts') await expectTypes(scene, surroundings);
    const stdout = await runInNode(scene, surroundings);
    if (typeof printed === 'string') expect(stdout).toBe(printed);
    else expect(stdout).toMatch(printed);
  };
}

/** What the comments at the ends of lines that print say is printed: `console.log(x); // 1`. */
function saidToPrint(code: string): string {
  const lines = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)];
  return lines.map(([, text = '']) => `${text}\n`).join('');
}

/** An example that goes on with those before it on its page, and prints what its comments say. */
export function printsAsSaid(surroundings: Surroundings = {}): Rule {
  return async (scene) => {
    const { block, page } = scene;
    if (block.language === 'ts') await expectTypes(scene, surroundings);
    const scripts = page.blocks.filter(({ language }) => language === block.language);
    const code = scripts
      .slice(0, scripts.indexOf(block) + 1)
      .map((each) => each.code)
      .join('\n');
    expect(saidToPrint(block.code)).not.toBe('');
    expect(await runInNode({ ...scene, block: { ...block, code } }, surroundings)).toBe(
      saidToPrint(code),
    );
  };
}

const typeOptions: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
};

/** Files of the language and the package, which are the same for every example. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The types of an example hold, with those of the package. */
export async function expectTypes(
  { block, stage }: Scene,
  { declared = '' }: Surroundings = {},
): Promise<void> {
  const folder = await stage.folder();
  const file = join(folder, 'example.mts');
  await writeFile(file, `${declared}\n${block.code}\nexport {};\n`);
  const host = ts.createCompilerHost(typeOptions);
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    if (name === file) return parse(name, ...rest);
    if (!parsed.has(name)) parsed.set(name, parse(name, ...rest));
    return parsed.get(name);
  };
  const program = ts.createProgram([file], typeOptions, host);
  const faults = ts.getPreEmitDiagnostics(program).map(({ messageText, start = 0 }) => {
    const line = block.code.slice(0, Math.max(0, start - declared.length)).split('\n').length - 1;
    return `line ${block.line + line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(faults).toEqual([]);
}
