/** A mutation as JSON text, but for its sequence number: that is given when it joins a batch. */
export interface MutationText {
  readonly op: 'insert' | 'update' | 'delete';
  readonly id: string;
  /** It carries the whole event. */
  readonly isWhole: boolean;
  /** The JSON members that follow `op` and `seq`. */
  readonly members: string;
}

/** What the events of all timelines have in common. */
interface EventHead {
  readonly id: string;
  readonly timestamp: number;
}

/** An event with whatever columns its timeline has. */
type AnyEvent<Fields> = EventHead & { readonly [Field in keyof Fields]: Fields[Field] };

export function insertOf<Fields>(event: AnyEvent<Fields>): MutationText {
  return { op: 'insert', id: event.id, isWhole: true, members: wholeMembers(event) };
}

/** An update that moves the event in time, with the whole event as it is then. */
export function moveOf<Fields>(event: AnyEvent<Fields>): MutationText {
  return { op: 'update', id: event.id, isWhole: true, members: wholeMembers(event) };
}

function wholeMembers(event: EventHead): string {
  return `"event":${JSON.stringify(event)}`;
}

/** `changes` has new values of the fields that changed; `undefined` removes one. */
export function updateOf(id: string, changes: object): MutationText {
  const set = JSON.stringify(changes, (_, value: unknown) => (value === undefined ? null : value));
  return { op: 'update', id, isWhole: false, members: `"id":${JSON.stringify(id)},"set":${set}` };
}

export function deleteOf(id: string): MutationText {
  return { op: 'delete', id, isWhole: false, members: `"id":${JSON.stringify(id)}` };
}

/** The text of one mutation in a feed message. */
export function mutationJson({ op, members }: MutationText, seq: number): string {
  return `{"op":"${op}","seq":${seq},${members}}`;
}

/** A feed message, and where in its bytes each mutation stands. */
export interface BatchMessage {
  readonly message: Buffer;
  /** Byte offset at which mutation `i` begins; it ends a byte before the next begins. One more than there are mutations. */
  readonly offsets: Uint32Array;
}

/** The feed message that carries `mutations`, numbered from `prevSeq + 1`. */
export function batchMessage(
  epoch: string,
  prevSeq: number,
  mutations: readonly MutationText[],
): Buffer {
  return messageOf(batchHead(epoch, prevSeq, mutations.length), textsOf(prevSeq, mutations));
}

/** The same for a batch whose mutations are passed on one by one. */
export function indexedBatchMessage(
  epoch: string,
  prevSeq: number,
  mutations: readonly MutationText[],
): BatchMessage {
  const head = batchHead(epoch, prevSeq, mutations.length);
  const texts = textsOf(prevSeq, mutations);
  const offsets = new Uint32Array(mutations.length + 1);
  let offset = Buffer.byteLength(head);
  for (const [i, text] of texts.entries()) {
    offsets[i] = offset;
    offset += Buffer.byteLength(text) + 1;
  }
  offsets[mutations.length] = offset;
  return { message: messageOf(head, texts), offsets };
}

function batchHead(epoch: string, prevSeq: number, count: number): string {
  return `{"type":"batch","epoch":${JSON.stringify(epoch)},"prevSeq":${prevSeq},"seq":${prevSeq + count},"mutations":[`;
}

function textsOf(prevSeq: number, mutations: readonly MutationText[]): readonly string[] {
  return mutations.map((mutation, i) => mutationJson(mutation, prevSeq + i + 1));
}

function messageOf(head: string, texts: readonly string[]): Buffer {
  return Buffer.from(`${head}${texts.join(',')}]}`);
}
