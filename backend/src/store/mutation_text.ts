import type { Event } from '../event_schema.js';

/** A mutation as JSON text, but for its sequence number: that is given when it joins a batch. */
export interface MutationText {
  readonly op: 'insert' | 'update' | 'delete';
  /** The JSON members that follow `op` and `seq`. */
  readonly members: string;
}

/** New values of the fields that changed; `undefined` removes one. */
export type EventChanges = {
  readonly [Field in keyof Omit<Event, 'id' | 'timestamp'>]?: Event[Field] | undefined;
};

export function insertOf(event: Event): MutationText {
  return { op: 'insert', members: `"event":${JSON.stringify(event)}` };
}

/** An update that moves the event in time, with the whole event as it is then. */
export function moveOf(event: Event): MutationText {
  return { op: 'update', members: `"event":${JSON.stringify(event)}` };
}

export function updateOf(id: string, changes: EventChanges): MutationText {
  const set = JSON.stringify(changes, (_, value: unknown) => (value === undefined ? null : value));
  return { op: 'update', members: `"id":${JSON.stringify(id)},"set":${set}` };
}

export function deleteOf(id: string): MutationText {
  return { op: 'delete', members: `"id":${JSON.stringify(id)}` };
}

/** The feed message that carries `mutations`, numbered from `prevSeq + 1`. */
export function batchMessage(
  epoch: string,
  prevSeq: number,
  mutations: readonly MutationText[],
): string {
  let seq = prevSeq;
  let list = '';
  for (const { op, members } of mutations) {
    if (list !== '') list += ',';
    list += `{"op":"${op}","seq":${++seq},${members}}`;
  }
  return `{"type":"batch","epoch":${JSON.stringify(epoch)},"prevSeq":${prevSeq},"seq":${seq},"mutations":[${list}]}`;
}
