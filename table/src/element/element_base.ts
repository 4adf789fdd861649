import type { ElementEvents } from './element_events.js';

/** What is called with an event of the element's own. */
export type Listener<Type extends keyof ElementEvents> = (
  event: CustomEvent<ElementEvents[Type]>,
) => void;

/** What listeners of the element's own events are given. */
interface OwnListeners {
  /** As of any element; what is fired here is known by its type. */
  addEventListener<Type extends keyof ElementEvents>(
    type: Type,
    listener: Listener<Type>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As of any element. */
  removeEventListener<Type extends keyof ElementEvents>(
    type: Type,
    listener: Listener<Type>,
    options?: boolean | EventListenerOptions,
  ): void;
}

const isPage = typeof HTMLElement !== 'undefined';

/** Where there are no elements, as on a server, the module can be loaded all the same. */
export const ElementBase = (isPage ? HTMLElement : Object) as new () => OwnListeners & HTMLElement;
