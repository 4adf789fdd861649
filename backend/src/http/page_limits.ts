import { maxPageLimit } from '../source/event_source.js';
import { busy } from './http_error.js';

/**
 * What the pages under way may take: each is copied whole, so that it shows one state however slowly
 * it is read.
 */
export interface PageLimits {
  readonly maxLargePages: number;
  readonly maxSmallPageBytes: number;
}

export const defaultPageLimits: PageLimits = {
  /** Pages of more than `maxPageLimit` events; a million take 300 MB. */
  maxLargePages: 4,
  /** 512 MiB of all other pages: 35 of the largest, or ten thousand as the timeline asks for them. */
  maxSmallPageBytes: 512 << 20,
};

const waysOut = 'set a smaller limit or try again';

/**
 * Counts the pages under way. Large and small ones have limits of their own, so that a few who take
 * everything don't keep the others from the few rows that they look at.
 */
export class PagesUnderWay {
  readonly #limits: PageLimits;
  #largeCount = 0;
  #smallBytes = 0;

  constructor(limits: PageLimits) {
    this.#limits = limits;
  }

  /** @throws {HttpError} 503 where a page of `rowCount` events has to wait for others. */
  check(rowCount: number): void {
    const { maxLargePages, maxSmallPageBytes } = this.#limits;
    if (rowCount > maxPageLimit) {
      if (this.#largeCount < maxLargePages) return;
      throw busy(
        `${maxLargePages} pages of more than ${maxPageLimit} events are under way; ${waysOut}`,
      );
    }
    // The page that reaches the limit is still sent: how long it is shows only once it is copied.
    if (this.#smallBytes < maxSmallPageBytes) return;
    throw busy(`${maxSmallPageBytes} bytes of pages are under way; ${waysOut}`);
  }

  /** Counts a page until what `send` returns is settled. */
  async during(rowCount: number, byteCount: number, send: () => Promise<void>): Promise<void> {
    const isLarge = rowCount > maxPageLimit;
    if (isLarge) this.#largeCount++;
    else this.#smallBytes += byteCount;
    try {
      await send();
    } finally {
      if (isLarge) this.#largeCount--;
      else this.#smallBytes -= byteCount;
    }
  }
}
