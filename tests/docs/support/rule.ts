import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { type CodeBlock, type DocPage, repository } from './doc_page.js';
import type { Stage } from './stage.js';

/** What an example is given. */
export interface Scene {
  readonly block: CodeBlock;
  readonly page: DocPage;
  readonly stage: Stage;
}

/** Executes an example; rejects where it is not so as the page says. */
export type Rule = (scene: Scene) => void | Promise<void>;

/** The rules for the blocks under each heading, in their order. */
export type PageRules = Readonly<Record<string, readonly Rule[]>>;

/** The rule for a block, the page's last one for what stands before it. */
export function ruleFor(rules: PageRules, { blocks }: DocPage, block: CodeBlock): Rule | undefined {
  const siblings = blocks.filter(({ heading }) => heading === block.heading);
  return rules[block.heading]?.[siblings.indexOf(block)];
}

/** Rules that no block is there for, as `heading, n`. */
export function unusedRules(rules: PageRules, { blocks }: DocPage): readonly string[] {
  return Object.entries(rules).flatMap(([heading, list]) => {
    const count = blocks.filter((block) => block.heading === heading).length;
    return list.slice(count).map((_, i) => `${heading}, ${count + i + 1}`);
  });
}

/** Where something that is too much for an example is executed, or what a file says that an example repeats. */
export interface Cover {
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in it. */
  readonly text: string;
}

export function coveredBy(file: string, text: string): Cover {
  return { file, text };
}

export async function expectCover({ file, text }: Cover): Promise<void> {
  expect(await readFile(`${repository}${file}`, 'utf8'), `${file} has no '${text}'`).toContain(
    text,
  );
}

/** A drawing in characters, or of Mermaid: executed by nothing. Its boxes have to be things that are there. */
export function drawing(language: string, ...words: readonly string[]): Rule {
  return ({ block }) => {
    expect(block.language).toBe(language);
    for (const word of words) expect(block.code).toContain(word);
  };
}
