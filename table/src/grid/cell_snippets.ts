import type { Snippet } from 'svelte';
import type { Cell } from './cell.js';

/** What is in the cells of some columns, by the columns' names. */
export type CellSnippets = ReadonlyMap<string, Snippet<[Cell]>>;
