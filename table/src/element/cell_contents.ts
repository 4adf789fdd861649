import type { Attachment } from 'svelte/attachments';
import type { Cell } from '../grid/cell.js';
import type { CellRenderer } from './cell_template.js';

/**
 * What a page puts into cells. It stays the page's: it is a child of the element, shown in a slot of its cell, so that the page's
 * own style sheets and listeners are about it.
 */
export class CellContents {
  readonly #host: Element;
  #count = 0;
  /** Those that have thrown. */
  readonly #faulty = new WeakSet<CellRenderer>();

  constructor(host: Element) {
    this.#host = host;
  }

  /** For the slot of a cell: fills it as long as it is there. */
  attach(cell: Cell, render: CellRenderer): Attachment {
    return (slot) => {
      const content = document.createElement('span');
      this.#count++;
      content.slot = `cell-${String(this.#count)}`;
      slot.setAttribute('name', content.slot);
      const leaving: (() => void)[] = [];
      try {
        content.append(render(cell, (run) => leaving.push(run)) ?? '');
      } catch (error) {
        content.textContent = cell.text;
        // The page's own fault, told where its others are, and not for each of a thousand rows.
        if (!this.#faulty.has(render)) reportError(error);
        this.#faulty.add(render);
      }
      this.#host.append(content);
      return () => {
        content.remove();
        for (const run of leaving) run();
      };
    };
  }
}
