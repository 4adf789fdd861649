import type { MutationText } from '../store/mutation_text.js';
import type { Change, Outcome, Refusal } from './change.js';
import type { DictionaryRoom } from './dictionary_room.js';
import type { EventFormat, EventRecord } from './event_format.js';

export interface PlanContext {
  readonly format: EventFormat;
  /** The event as it is before anything of the plan. */
  readonly current: (id: string) => EventRecord | undefined;
  readonly rowCount: number;
  /** Events that the timeline has room for. */
  readonly maxCount: number;
  readonly dictionaries: DictionaryRoom;
}

/**
 * What changes, one after the other, come to: the fewest and shortest mutations, and how each event that they touch
 * is afterwards. Nothing has happened yet: what the engine would refuse is refused here, before it is stored.
 */
export class ChangePlan {
  readonly mutations: MutationText[] = [];
  /** Events that are touched, as they are afterwards; `undefined` where there is none. */
  readonly states = new Map<string, EventRecord | undefined>();
  readonly #context: PlanContext;
  #rowCount: number;

  constructor(context: PlanContext) {
    this.#context = context;
    this.#rowCount = context.rowCount;
  }

  add(change: Change): Outcome {
    if (change.op === 'insert') return this.#put(this.#stateOf(change.event.id), change.event);
    const before = this.#stateOf(change.id);
    if (change.op === 'delete') return this.#remove(change.id, before);
    if (before === undefined) {
      const message = 'there is no event with this id, so nothing of it can be changed';
      return { code: 'unknown_id', message, path: ['id'] };
    }
    const cells = before.cells.map((cell, i) => (change.set.has(i) ? change.set.get(i) : cell));
    return this.#put(before, this.#context.format.record(cells));
  }

  #stateOf(id: string): EventRecord | undefined {
    return this.states.has(id) ? this.states.get(id) : this.#context.current(id);
  }

  #put(before: EventRecord | undefined, after: EventRecord): Outcome {
    const { format, maxCount } = this.#context;
    const changed =
      before === undefined ? [...after.cells.keys()] : format.differences(before, after);
    if (changed.length === 0) return 'unchanged';
    if (before === undefined && this.#rowCount >= maxCount) {
      const message = `the timeline has all the ${maxCount} events that there is room for`;
      return { code: 'timeline_full', message, path: [] };
    }
    const refusal = this.#takeRoom(changed, after);
    if (refusal !== undefined) return refusal;
    if (before === undefined) this.#rowCount++;
    this.states.set(after.id, after);
    this.mutations.push(mutationOf(format, before, after));
    return 'accepted';
  }

  #takeRoom(changed: readonly number[], { cells }: EventRecord): Refusal | undefined {
    const { dictionaries, format } = this.#context;
    const column = dictionaries.take(changed.filter((i) => cells[i] !== undefined));
    if (column === undefined) return undefined;
    const name = format.schema[column]?.name ?? '';
    const message = `${JSON.stringify(name)} has too many different values; such belong in a text column`;
    return { code: 'dictionary_full', message, path: [name] };
  }

  #remove(id: string, before: EventRecord | undefined): Outcome {
    if (before === undefined) return 'unchanged';
    this.#rowCount--;
    this.states.set(id, undefined);
    this.mutations.push({
      op: 'delete',
      id,
      isWhole: false,
      members: `"id":${JSON.stringify(id)}`,
    });
    return 'accepted';
  }
}

function mutationOf(
  format: EventFormat,
  before: EventRecord | undefined,
  after: EventRecord,
): MutationText {
  const { id } = after;
  // One that moves in time is carried whole, so that clients learn of it who hold another part.
  if (before?.timestamp !== after.timestamp) {
    const op = before === undefined ? 'insert' : 'update';
    return { op, id, isWhole: true, members: `"event":${format.write(after)}` };
  }
  const set = format.writeChanges(before, after);
  return { op: 'update', id, isWhole: false, members: `"id":${JSON.stringify(id)},"set":${set}` };
}
