import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** An example of a page. */
export interface CodeBlock {
  /** As in `sh`; empty where none is named. */
  readonly language: string;
  readonly code: string;
  /** The heading that it stands under. */
  readonly heading: string;
  /** Of the fence, from 1. */
  readonly line: number;
}

export interface DocPage {
  /** As in `docs/filter.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
}

/** Every page whose examples are executed. */
export async function pagePaths(): Promise<readonly string[]> {
  const names = await readdir(`${repository}docs`);
  const docs = names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return ['README.md', 'wasm/README.md', ...docs.sort()];
}

export async function readPage(path: string): Promise<DocPage> {
  const text = await readFile(`${repository}${path}`, 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

/**
 * The fenced blocks of a Markdown text, however far they are indented, and those that are blocks by their four spaces alone.
 *
 * @throws where a fence is not closed.
 */
export function blocksOf(text: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  let heading = '';
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const fence = /^(\s*(?:(?:[-*+]|\d+\.)\s+)?)(`{3,}|~{3,})\s*(\S*)/.exec(line);
    if (fence !== null) {
      const [, indent = '', mark = '', language = ''] = fence;
      const end = lines.findIndex((each, at) => at > i && each.trim() === mark);
      if (end < 0) throw new Error(`line ${i + 1}: the block has no end`);
      const code = lines.slice(i + 1, end).map((each) => each.slice(indent.length));
      blocks.push({ language, code: `${code.join('\n')}\n`, heading, line: i + 1 });
      i = end;
    } else if (/^ {4}\S/.test(line) && lines[i - 1]?.trim() === '') {
      let end = i;
      while (/^( {4}|\s*$)/.test(lines[end] ?? 'x')) end++;
      const code = lines.slice(i, end).map((each) => each.slice(4));
      blocks.push({ language: '', code: `${code.join('\n').trimEnd()}\n`, heading, line: i + 1 });
      i = end - 1;
    } else {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    }
  }
  return blocks;
}
