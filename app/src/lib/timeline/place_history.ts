import { formatPlace, samePlace, type Place } from './place.js';

/** Safari refuses more than 100 changes of history in 30 s. */
const minReplaceIntervalMs = 350;

/** How the address is changed without loading anything. */
export interface AddressBar {
  replace(query: string): void;
  push(query: string): void;
}

/** Keeps the place in the address: scrolling replaces the entry, now and then; jumps add one. */
export class PlaceHistory {
  readonly #addressBar: AddressBar;
  #shown: Place | undefined;
  #next: Place | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `shown` is what the address names; `undefined` if that is no place. */
  constructor(addressBar: AddressBar, shown: Place | undefined) {
    this.#addressBar = addressBar;
    this.#shown = shown;
  }

  delete(): void {
    clearTimeout(this.#timer);
  }

  /** The viewport is at `place` now. */
  note(place: Place): void {
    this.#next = place;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, minReplaceIntervalMs);
  }

  /** Puts the place into the address now: the page may be about to go. */
  flush(): void {
    const place = this.#next;
    this.#next = undefined;
    if (!place || this.#isShown(place)) return;
    this.#shown = place;
    this.#addressBar.replace(formatPlace(place));
  }

  /** The reader asked for `place`: an entry of its own, after the one they come from. */
  push(place: Place): void {
    this.flush();
    if (this.#isShown(place)) return;
    this.#shown = place;
    this.#addressBar.push(formatPlace(place));
  }

  /** The browser has gone to another entry, at `place`. */
  restored(place: Place): void {
    this.#next = undefined;
    this.#shown = place;
  }

  #isShown(place: Place): boolean {
    return this.#shown !== undefined && samePlace(place, this.#shown);
  }
}
