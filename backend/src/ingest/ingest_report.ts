import type { Cursor } from 'eventglass';

import type { Outcome } from '../writer/change.js';

/** A character of a body, both counted from 1; columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a line was not taken, and the character that begins what is at fault. */
interface RejectedLine extends Place {
  readonly code: string;
  readonly message: string;
}

/** Names of ignored fields that are told, and characters of each: enough to see a slip of the pen. */
const maxIgnoredFields = 20;
const maxFieldCharacters = 100;

/** What has become of a request's lines so far. Its size is bounded, however many are wrong. */
export class IngestReport {
  readonly #maxReported: number;
  readonly #rejected: RejectedLine[] = [];
  readonly #ignoredFields = new Set<string>();
  #acceptedCount = 0;
  #unchangedCount = 0;
  #rejectedCount = 0;

  constructor(maxReported: number) {
    this.#maxReported = maxReported;
  }

  /** `where` is asked for what is told alone. */
  reject(
    { code, message }: { readonly code: string; readonly message: string },
    where: () => Place,
  ): void {
    this.#rejectedCount++;
    if (this.#rejected.length >= this.#maxReported) return;
    this.#rejected.push({ ...where(), code, message });
  }

  /** Takes up an outcome that is no refusal. */
  count(outcome: Extract<Outcome, string>): void {
    if (outcome === 'accepted') this.#acceptedCount++;
    else this.#unchangedCount++;
  }

  ignore(field: string): void {
    if (this.#ignoredFields.size >= maxIgnoredFields) return;
    this.#ignoredFields.add(field.slice(0, maxFieldCharacters));
  }

  /** 200 where everything was taken, 422 where nothing was, 207 else. */
  get status(): number {
    if (this.#rejectedCount === 0) return 200;
    return this.#acceptedCount + this.#unchangedCount === 0 ? 422 : 207;
  }

  toJson({ epoch, seq }: Cursor): object {
    return {
      epoch,
      seq,
      accepted: this.#acceptedCount,
      unchanged: this.#unchangedCount,
      // Lines that are wrong by themselves are found before those that are wrong for what there is.
      rejected: this.#rejected.toSorted((a, b) => a.line - b.line),
      rejectedCount: this.#rejectedCount,
      ignoredFields: [...this.#ignoredFields],
    };
  }
}
