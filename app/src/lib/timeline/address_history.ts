import { formatAddress, sameAddress, type Address } from './address.js';

/** Safari refuses more than 100 changes of history in 30 s. */
const minReplaceIntervalMs = 350;

/** How the address is changed without loading anything. */
export interface AddressBar {
  replace(query: string): void;
  push(query: string): void;
}

/** Keeps the place in the address bar: scrolling replaces the entry, now and then; jumps add one. */
export class AddressHistory {
  readonly #addressBar: AddressBar;
  #shown: Address | undefined;
  #next: Address | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `shown` is what the address names; `undefined` if that is no address. */
  constructor(addressBar: AddressBar, shown: Address | undefined) {
    this.#addressBar = addressBar;
    this.#shown = shown;
  }

  delete(): void {
    clearTimeout(this.#timer);
  }

  /** The viewport is at `address` now. */
  note(address: Address): void {
    this.#next = address;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, minReplaceIntervalMs);
  }

  /** Puts the address into the address now: the page may be about to go. */
  flush(): void {
    const address = this.#next;
    this.#next = undefined;
    if (!address || this.#isShown(address)) return;
    this.#shown = address;
    this.#addressBar.replace(formatAddress(address));
  }

  /** The reader asked for `address`: an entry of its own, after the one they come from. */
  push(address: Address): void {
    this.flush();
    if (this.#isShown(address)) return;
    this.#shown = address;
    this.#addressBar.push(formatAddress(address));
  }

  /** The browser has gone to another entry, at `address`. */
  restored(address: Address): void {
    this.#next = undefined;
    this.#shown = address;
  }

  #isShown(address: Address): boolean {
    return this.#shown !== undefined && sameAddress(address, this.#shown);
  }
}
