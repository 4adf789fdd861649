import { createRequire } from 'node:module';
import { expect } from 'vitest';
import { inBrowser, showPage } from '../support/browser_example.js';
import { repository } from '../support/doc_page.js';
import type { PageRules, Rule } from '../support/rule.js';

const rows =
  "document.querySelector('event-timeline').shadowRoot.querySelectorAll('[data-event-id]')";
const hasRows = `${rows}.length > 2`;

const elementPage = `<!doctype html><html lang="en"><title>Example</title><link rel="icon" href="data:,">
<script type="importmap">{"imports":{"eventglass/element":"./node_modules/eventglass/dist/element.js","eventglass/sources":"./node_modules/eventglass/dist/sources.js"}}</script>
<link rel="stylesheet" href="style.css"><script type="module" src="main.js"></script>`;

const inPage = (until: string): Rule =>
  inBrowser({ html: elementPage, files: { 'style.css': '' }, until });

/** A page whose scripts and styles stand in it has them in files, as a strict policy wants. */
const page =
  (until: string): Rule =>
  (scene) => {
    expect(scene.block.language).toBe('html');
    const { code } = scene.block;
    const [, script = ''] = /<script type="module">([^]*?)<\/script>/.exec(code) ?? [];
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(code) ?? [];
    const body = code.replace(/<script[^]*?<\/script>/, '').replace(/<style>[^]*?<\/style>/, '');
    const files = { 'index.html': elementPage + body, 'main.js': script, 'style.css': style };
    return showPage(scene, files, { until });
  };

interface Compiler {
  readonly compile: (source: string, options: object) => { readonly warnings: readonly unknown[] };
}

/** examples/svelte is run from the packed module; this one is compiled. */
const compiles: Rule = ({ block }) => {
  expect(block.language).toBe('svelte');
  const require = createRequire(`${repository}table/package.json`);
  const { compile } = require('svelte/compiler') as Compiler;
  expect(compile(block.code, { runes: true }).warnings).toEqual([]);
};

export const element: PageRules = {
  'The element': [
    page(`${hasRows} && [...${rows}].every((row) => row.dataset.severity === 'error')`),
  ],
  Events: [
    inPage(
      `${hasRows} && (${rows}[0].click(), document.querySelector('pre').textContent.includes('"id"')) && localStorage.getItem('place')`,
    ),
  ],
  'Events of the page': [inPage(`${rows}.length > 0`)],
  'Columns and cells': [
    page(`${hasRows} && document.querySelector('event-timeline a.person').title.includes(', ')`),
    inPage(
      `${hasRows} && /^[A-Z]+$/.test(document.querySelector('event-timeline mark').textContent)`,
    ),
  ],
  Looks: [
    page(
      `${hasRows} && getComputedStyle(${rows}[0]).fontFamily.startsWith('Georgia') && document.querySelector('event-timeline').theme === 'dark'`,
    ),
  ],
  'In Svelte': [compiles],
};
