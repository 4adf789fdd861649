import type { Locator, Page } from 'playwright-core';
import type { EventTimelineElement } from 'eventglass/element';

/** An event's row in an element, as far as it can be seen. */
export interface ElementRow {
  readonly id: string;
  /** Events before it, as its `aria-rowindex` tells. */
  readonly rank: number;
  /** From the top of the table's body. */
  readonly topPx: number;
  /** What is seen in its cells, by column. */
  readonly cells: Readonly<Record<string, string>>;
}

/** An `<event-timeline>` of a page. */
export class ElementHandle {
  readonly page: Page;
  readonly host: Locator;

  constructor(page: Page, selector = 'event-timeline') {
    this.page = page;
    this.host = page.locator(selector);
  }

  /** What is in its shadow. */
  get grid(): Locator {
    return this.host.getByRole('grid');
  }

  get status(): Locator {
    return this.host.locator('[role=status]');
  }

  row(id: string): Locator {
    return this.host.locator(`[data-event-id="${id}"]`);
  }

  head(column: string): Locator {
    return this.host.locator(`[role=columnheader][data-column="${column}"]`);
  }

  /** The rows that can be seen, from the top. */
  rows(): Promise<readonly ElementRow[]> {
    return this.host.evaluate((host) => {
      const body = host.shadowRoot?.querySelector('[role=rowgroup]');
      if (!body) return [];
      const { top, bottom } = body.getBoundingClientRect();
      const textOf = (cell: Element) =>
        [...cell.querySelectorAll('slot')].map((slot) =>
          slot
            .assignedNodes()
            .map((node) => node.textContent)
            .join(''),
        )[0] ?? cell.textContent.trim();
      return [...body.querySelectorAll<HTMLElement>('[role=row][data-event-id]')]
        .map((row) => ({ row, rect: row.getBoundingClientRect() }))
        .filter(({ rect }) => rect.bottom > top + 0.5 && rect.top < bottom - 0.5)
        .map(({ row, rect }) => ({
          id: row.dataset['eventId'] ?? '',
          rank: Number(row.getAttribute('aria-rowindex') ?? NaN) - 2,
          topPx: rect.top - top,
          cells: Object.fromEntries(
            [...row.querySelectorAll<HTMLElement>('[role=gridcell]')].map((cell) => [
              cell.dataset['column'] ?? '',
              textOf(cell),
            ]),
          ),
        }));
    });
  }

  async ids(): Promise<readonly string[]> {
    return (await this.rows()).map(({ id }) => id);
  }

  async topRank(): Promise<number | undefined> {
    return (await this.rows())[0]?.rank;
  }

  /** Waits until it says that it is in this state, and has its rows. */
  async waitForState(state: string): Promise<void> {
    await this.host.locator(`[role=status][data-state=${state}]`).waitFor();
    await this.host.locator('[role=grid][aria-busy=false]').waitFor();
  }

  /** Waits until no row has moved, come or gone for some frames, and gives them. */
  async settled(): Promise<readonly ElementRow[]> {
    let rows = await this.rows();
    for (let stable = 0, tries = 0; stable < 4; tries++) {
      if (tries > 300) throw new Error(`rows do not come to rest: ${JSON.stringify(rows)}`);
      await this.frames(3);
      const now = await this.rows();
      const isSame = now.length > 0 && placesOf(now) === placesOf(rows);
      stable = isSame ? stable + 1 : 0;
      rows = now;
    }
    return rows;
  }

  async frames(count = 2): Promise<void> {
    await this.page.evaluate(async (n) => {
      for (let i = 0; i < n; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    }, count);
  }

  /** Sets properties of the element. */
  async set(properties: Readonly<Record<string, unknown>>): Promise<void> {
    await this.host.evaluate((host, values) => void Object.assign(host, values), properties);
  }

  get<Value>(read: (element: EventTimelineElement) => Value): Promise<Value> {
    return this.host.evaluate(read as (element: Element) => Value);
  }

  /** Details of what it has fired so far. */
  fired<Detail = unknown>(type: string): Promise<readonly Detail[]> {
    return this.host.evaluate((host, wanted) => {
      const { fired } = globalThis as unknown as {
        fired: readonly { id: string; type: string; detail: Detail }[];
      };
      return fired
        .filter(({ id, type: one }) => id === host.id && one === wanted)
        .map(({ detail }) => detail);
    }, type);
  }
}

function placesOf(rows: readonly ElementRow[]): string {
  return JSON.stringify(rows.map(({ id, topPx }) => [id, topPx]));
}
