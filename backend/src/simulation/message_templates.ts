import type { Random } from './random.js';
import { vocabulary } from './vocabulary.js';

/** Text as it stands inside the quotes of a JSON string. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * A message with `{slots}`. Everything is escaped for JSON when the template is made, so that
 * filling it is joining strings: a million messages take a fraction of a second.
 */
export class MessageTemplate {
  readonly #literals: readonly string[];
  /** The words of each slot; `undefined` stands for the actor. */
  readonly #slots: readonly (readonly string[] | undefined)[];

  /** @throws {RangeError} if a slot is not in the vocabulary. */
  constructor(text: string) {
    const parts = text.split(/\{(\w+)\}/);
    this.#literals = parts.filter((_, index) => index % 2 === 0).map(escapeJson);
    this.#slots = parts.filter((_, index) => index % 2 === 1).map(wordsOf);
  }

  /** The message as it stands in JSON. `actor` is escaped already. */
  fill(random: Random, actor: string): string {
    let text = this.#literals[0] as string;
    for (let i = 0; i < this.#slots.length; i++) {
      const words = this.#slots[i];
      text += words === undefined ? actor : random.pick(words);
      text += this.#literals[i + 1] as string;
    }
    return text;
  }
}

const escapedVocabulary = new Map(
  Object.entries(vocabulary).map(([slot, words]) => [slot, words.map(escapeJson)]),
);

function wordsOf(slot: string): readonly string[] | undefined {
  if (slot === 'actor') return undefined;
  const words = escapedVocabulary.get(slot);
  if (words === undefined) throw new RangeError(`no words for the slot {${slot}}`);
  return words;
}
