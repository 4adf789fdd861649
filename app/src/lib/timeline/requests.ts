/** Answers come within a frame or two; a worker that is this far behind answers the newest only. */
const maxRequests = 256;

/**
 * Where the target of each viewport request is, as a row index in the newest block's index space: what an
 * answer's index differs by is how far the rows have shifted in the meantime.
 */
export class Requests {
  readonly #indexes = new Map<number, number>();

  /** The target of request `id` is at `index`: the reader was there when it was made, or an answer says so. */
  set(id: number, index: number): void {
    this.#indexes.set(id, index);
    for (const oldest of this.#indexes.keys()) {
      if (this.#indexes.size <= maxRequests) return;
      this.#indexes.delete(oldest);
    }
  }

  /** How far rows have shifted since request `id`, whose row is at `topIndex` now. Forgets older requests. */
  shiftSince(id: number, topIndex: number): number | undefined {
    for (const older of this.#indexes.keys()) {
      if (older < id) this.#indexes.delete(older);
    }
    const index = this.#indexes.get(id);
    return index === undefined ? undefined : topIndex - index;
  }

  /** All rows are `shift` further down. */
  shift(shift: number): void {
    for (const [id, index] of this.#indexes) this.#indexes.set(id, index + shift);
  }
}
