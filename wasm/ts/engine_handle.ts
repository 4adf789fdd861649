import type { RawEngine, RawModule } from './raw_module.js';

/** The engine of a module, shared by everything that reads from it, until it is deleted. */
export class EngineHandle {
  /** Let go of with the engine: it holds the heap, and a deleted engine may be kept for long. */
  #module: RawModule | undefined;
  #raw: RawEngine | undefined;
  /** The page in pieces that is open. */
  openPage: object | undefined;

  constructor(module: RawModule, raw: RawEngine) {
    this.#module = module;
    this.#raw = raw;
  }

  /** Throws where the engine has been deleted. */
  get raw(): RawEngine {
    if (this.#raw === undefined) throw new Error('eventglass: the engine has been deleted');
    return this.#raw;
  }

  /** The WebAssembly heap as it is now: growing replaces it. */
  get heap(): Uint8Array {
    if (this.#module === undefined) throw new Error('eventglass: the engine has been deleted');
    return this.#module.HEAPU8;
  }

  get isDeleted(): boolean {
    return this.#raw === undefined;
  }

  delete(): void {
    this.#raw?.delete();
    this.#raw = this.#module = undefined;
  }
}
