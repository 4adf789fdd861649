import type { MutationText } from '../store/mutation_text.js';
import { actorChoice } from './actors.js';
import type { EventIds } from './event_ids.js';
import { MessageTemplate, escapeJson } from './message_templates.js';
import type { Random } from './random.js';
import { type EventType, type Severity, scale, thirdParties } from './third_parties.js';
import { unusualMessages } from './unusual_messages.js';
import { actors } from './vocabulary.js';
import { WeightedChoice } from './weighted_choice.js';

interface PreparedType {
  readonly type: EventType;
  /** `"source":…,"type":…,"severity":"` */
  readonly jsonHead: string;
  readonly templates: readonly MessageTemplate[];
}

const preparedTypes: readonly (PreparedType & { readonly weight: number })[] = thirdParties.flatMap(
  ({ source, weight, types }) => {
    const total = types.reduce((sum, type) => sum + type.weight, 0);
    return types.map((type) => ({
      type,
      weight: (weight * type.weight) / total,
      jsonHead: `"source":"${source}","type":"${type.name}","severity":"`,
      templates: type.messages.map((message) => new MessageTemplate(message)),
    }));
  },
);

const typesByName = new Map(preparedTypes.map((prepared) => [prepared.type.name, prepared]));
const escapedUnusualMessages = unusualMessages.map(escapeJson);

/** What a type of event looks like, drawn anew for one that turns into it. */
export interface Appearance {
  readonly type: string;
  readonly severity: Severity;
  readonly message: string;
  readonly amount: number | undefined;
}

/** Makes events of the third parties, out of one stream of random numbers. */
export class EventMaker {
  readonly #random: Random;
  readonly #ids: EventIds;
  readonly #typeChoice = new WeightedChoice(preparedTypes, (prepared) => prepared.weight);
  readonly #actorChoice = actorChoice(actors.map(escapeJson));

  constructor(random: Random, ids: EventIds) {
    this.#random = random;
    this.#ids = ids;
  }

  /** The insert of a new event at `timestamp`. */
  insertAt(timestamp: number): MutationText {
    const random = this.#random;
    const { type, jsonHead, templates } = this.#typeChoice.draw(random);
    const actor = this.#actorChoice.draw(random);
    const severity = random.pick(type.severities);
    const message = this.#drawMessage(templates, actor);
    const amount = this.#drawAmount(type);
    const tail = amount === undefined ? '}' : `,"amount":${amount}}`;
    const id = this.#ids.next();
    const head = `"event":{"id":"${id}","timestamp":${timestamp},${jsonHead}${severity}`;
    const members = `${head}","actor":"${actor}","message":"${message}"${tail}`;
    return { op: 'insert', id, isWhole: true, members };
  }

  /** The types that an event of `typeName` can turn into. */
  nextTypes(typeName: string): readonly string[] {
    return typesByName.get(typeName)?.type.next ?? [];
  }

  /** How an event of `actor` looks as `typeName`; `undefined` where there is no such type. */
  appearance(typeName: string, actor: string): Appearance | undefined {
    const prepared = typesByName.get(typeName);
    if (prepared === undefined) return undefined;
    const message = this.#drawMessage(prepared.templates, escapeJson(actor));
    return {
      type: typeName,
      severity: this.#random.pick(prepared.type.severities),
      message: JSON.parse(`"${message}"`) as string,
      amount: this.#drawAmount(prepared.type),
    };
  }

  #drawMessage(templates: readonly MessageTemplate[], actor: string): string {
    return this.#random.chance(scale.unusualMessageShare)
      ? this.#random.pick(escapedUnusualMessages)
      : this.#random.pick(templates).fill(this.#random, actor);
  }

  #drawAmount({ amount }: EventType): number | undefined {
    if (amount === undefined) return undefined;
    const { min, max, decimals } = amount;
    // Small amounts are the common ones, on either side of zero.
    const size = min < 0 ? -this.#random.logBetween(-max, -min) : this.#random.logBetween(min, max);
    const factor = 10 ** decimals;
    return Math.round(size * factor) / factor;
  }
}
