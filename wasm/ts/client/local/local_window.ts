import type { EventKey, KeyRange, RowRange } from '../../types.js';
import type { FilterFault } from '../client_error.js';
import type { SessionEngine } from '../session_engine.js';
import { faultOfView } from './engine_fault.js';
import type { LocalEngine, LocalRows } from './local_engine.js';

/** Nothing of the timeline is anywhere else. */
const EVERYTHING: KeyRange = { begin: undefined, end: undefined };

type WindowReading =
  'rowCount' | 'version' | 'coverage' | 'rank' | 'keyAt' | 'readRows' | 'setEvictionSide';

/** The events of an engine that holds the whole timeline, or those of them that match a filter, as a session's window. */
export class LocalWindow implements Pick<SessionEngine, WindowReading> {
  readonly coverage = EVERYTHING;
  readonly #engine: LocalEngine;
  #view: ReturnType<LocalEngine['openView']> | undefined;

  constructor(engine: LocalEngine) {
    this.#engine = engine;
  }

  get rows(): LocalRows {
    return this.#view ?? this.#engine;
  }

  get rowCount(): number {
    return this.rows.rowCount;
  }

  get version(): number {
    return this.#engine.version;
  }

  rank(key: EventKey): number {
    return this.rows.rank(key);
  }

  keyAt(index: number): EventKey {
    return this.rows.keyAt(index);
  }

  readRows(range: RowRange, into?: ArrayBuffer): ReturnType<LocalRows['readRows']> {
    return this.rows.readRows(range, into);
  }

  setEvictionSide(): void {
    // What is held is not a matter of where the reader is.
  }

  /** Shows the events of another filter; where it can't be read, those of the one before, and why. */
  setFilter(filter: string): FilterFault | undefined {
    try {
      const view = filter === '' ? undefined : this.#engine.openView({ filter });
      this.#view?.delete();
      this.#view = view;
      return undefined;
    } catch (error) {
      return faultOfView(error);
    }
  }
}
