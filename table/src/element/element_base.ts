import type { ElementEvents } from './element_events.js';

type Listener<Type extends keyof ElementEvents> = (event: CustomEvent<ElementEvents[Type]>) => void;

/** What listeners of the element's own events are given. */
interface OwnListeners {
  addEventListener<Type extends keyof ElementEvents>(
    type: Type,
    listener: Listener<Type>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof ElementEvents>(
    type: Type,
    listener: Listener<Type>,
    options?: boolean | EventListenerOptions,
  ): void;
}

const isPage = typeof HTMLElement !== 'undefined';

/** Where there are no elements, as on a server, the module can be loaded all the same. */
export const ElementBase = (isPage ? HTMLElement : Object) as new () => OwnListeners & HTMLElement;
