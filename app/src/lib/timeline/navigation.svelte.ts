import { pushState, replaceState } from '$app/navigation';
import type { EventKey } from 'eventglass';
import { withView } from '../view_settings/link_settings.js';
import type { ViewSettings } from '../view_settings/settings.js';
import {
  formatAddress,
  formatAgo,
  formatLast,
  parseAddressText,
  sameAddress,
  type Address,
  type ParsedAddress,
} from './address.js';
import { AddressHistory } from './address_history.js';
import type { LinkTarget } from './link_target.js';
import { firstPlace, livePlace, type Place } from '@eventglass/table/timeline/place.js';
import type { Timeline } from '@eventglass/table/timeline/timeline.svelte.js';

/** What names the view in the address waits for the reader to be done: Safari refuses frequent changes. */
const viewDelayMs = 150;

/** Where the reader goes: in the table, in the address, and back and forward through the history. */
export class Navigation {
  readonly #timeline: Timeline;
  readonly #view: { readonly settings: ViewSettings };
  readonly #history: AddressHistory;

  /** `start` is what the page was opened with. */
  constructor(timeline: Timeline, view: { readonly settings: ViewSettings }, start: ParsedAddress) {
    this.#timeline = timeline;
    this.#view = view;
    this.#history = new AddressHistory(
      {
        // eslint-disable-next-line svelte/no-navigation-without-resolve -- the present path, as it is
        replace: (query) => replaceState(this.#urlOf(query), {}),
        // eslint-disable-next-line svelte/no-navigation-without-resolve -- the present path, as it is
        push: (query) => pushState(this.#urlOf(query), {}),
      },
      start.problem === undefined ? start.address : undefined,
    );
  }

  /** What the address is to name; `undefined` while nobody knows. */
  readonly #address: Address | undefined = $derived.by(() => {
    const { place, filter, clientState } = this.#timeline;
    return place && { place, filter, cursor: clientState?.cursor };
  });

  /** Keeps the address at what is on screen. Call it from an effect. */
  follow(): void {
    if (this.#address && !this.#timeline.busy) this.#history.note(this.#address);
  }

  /** Lets the address tell how the page looks. Call it from an effect, and what it returns when that ends. */
  followView(): () => void {
    const { settings } = this.#view;
    const timer = setTimeout(() => this.#noteView(settings), viewDelayMs);
    return () => clearTimeout(timer);
  }

  delete(): void {
    this.#history.delete();
  }

  /** The page may be about to go. */
  flush(): void {
    this.#history.flush();
  }

  /** Shows a place. */
  jumpTo(place: Place): void {
    this.#push(place, this.#timeline.filter);
    this.#timeline.jumpTo(place);
  }

  jumpToFirst(): void {
    // Held down, the key would add an entry to the history at each repeat.
    if (this.#timeline.isAtFirst) return;
    this.#push(firstPlace, this.#timeline.filter);
    this.#timeline.moveToPx(0);
  }

  /** Shows what happened around an event, whatever the filter. */
  showAround(key: EventKey): void {
    const place: Place = { type: 'key', key };
    this.#push(place, '');
    this.#timeline.jumpTo(place, { filter: '' });
  }

  /** Shows an event with a third of the screen above it, which tells what went before. `isStep`: going back leads to where the reader is. */
  showInContext(key: EventKey, isStep: boolean): void {
    const place: Place = { type: 'key', key };
    if (isStep) this.#push(place, this.#timeline.filter);
    const { size } = this.#timeline;
    const rowsAbove = size ? Math.floor(size.heightPx / size.rowHeightPx / 3) : 0;
    this.#timeline.jumpTo(place, { rowsAbove });
  }

  /** The row of this rank goes to the top. `isStep` as above. */
  moveTo(rank: number, isStep: boolean): void {
    this.#timeline.moveToRank(rank);
    if (isStep && this.#address) this.#history.push(this.#address);
  }

  /** Shows the events that match `filter`, where the reader is. */
  showFilter(filter: string): void {
    if (filter === this.#timeline.filter) return;
    this.#push(this.#timeline.place ?? livePlace, filter);
    this.#timeline.showFilter(filter);
  }

  /** Shows what the address names, after back, forward or a link. */
  restore(): void {
    const { address: wanted, problem } = parseAddressText(location.search);
    this.#history.restored(wanted);
    // The entry may tell of another look.
    setTimeout(() => this.#noteView(this.#view.settings), 0);
    if (this.#address && sameAddress(wanted, this.#address)) return;
    this.#timeline.jumpTo(wanted.place, { filter: wanted.filter, notice: problem });
  }

  linkTo(target: LinkTarget): string {
    return `${location.origin}${this.#urlOf(this.#queryTo(target))}`;
  }

  #queryTo(target: LinkTarget): string {
    const { filter, pinnedPlace: place, clientState } = this.#timeline;
    switch (target.type) {
      case 'live':
        return formatAddress({ place: livePlace, filter });
      case 'last':
        return formatLast(target.minutes, filter);
      case 'ago':
        return formatAgo(target.minutes, filter);
      case 'moment':
        return place
          ? formatAddress({ place, filter, cursor: clientState?.cursor })
          : location.search;
    }
  }

  #push(place: Place, filter: string): void {
    this.#history.push({ place, filter });
  }

  #urlOf(query: string, settings = this.#view.settings): string {
    return `${location.pathname}${withView(query, settings)}`;
  }

  #noteView(settings: ViewSettings): void {
    const wanted = this.#urlOf(location.search, settings);
    // eslint-disable-next-line svelte/no-navigation-without-resolve -- the present path, as it is
    if (wanted !== `${location.pathname}${location.search}`) replaceState(wanted, {});
  }
}
