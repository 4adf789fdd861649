import { isObject, parseObject, type JsonObject } from '../json_values.js';
import type { EventKey } from '../../types.js';
import type { Environment, Socket } from '../environment.js';
import { parseBound } from '../key_bounds.js';
import { isSeq, SEQS_PER_SEQ, seqAt } from './adapter_page.js';

/** A change of an event, in the engine's JSON. */
export type OwnChange =
  | { readonly type: 'put'; readonly id: string; readonly json: string }
  | { readonly type: 'delete'; readonly id: string };

interface Batch {
  readonly seq: number;
  readonly changes: readonly OwnChange[];
}

/** What a feed needs of the adapter. */
export interface FeedSource {
  /** Names the life of the adapter's history. */
  readonly epoch: string;
  /** Begins to tell what changes after `seq`. Rejects where the adapter fails. */
  follow(
    seq: number,
    signal: AbortSignal,
    take: (method: string, value: unknown) => void,
  ): Promise<void>;
  readChanges(value: JsonObject): readonly OwnChange[] | string;
  /** Those of the changes whose events match a filter. */
  matching(changes: readonly OwnChange[], filter: string): ReadonlySet<string>;
  readCounts(
    keys: readonly EventKey[],
    filter: string,
    signal: AbortSignal,
  ): Promise<object | undefined>;
  beginEpoch(): void;
  fail(reason: string): void;
}

/** Changes that are kept for subscriptions that begin earlier; past that the adapter is asked again. */
const MAX_KEPT_CHANGES = 20_000;
/** Milliseconds: five of them make silence. */
const HEARTBEAT_MS = 1_000;
/** Milliseconds between two looks at how many events there are. */
const COUNTS_MS = 1_000;

interface Subscribed {
  readonly generation: number;
  readonly filter: string;
  readonly keys: readonly EventKey[];
  /** Of the last message, the engine's. */
  sentSeq: number;
}

/**
 * An adapter's feed as a socket that speaks docs/protocol.md: it answers subscriptions from a log of what the adapter has told,
 * and asks the adapter to begin earlier where that does not reach. Filters are matched here.
 */
export class AdapterFeed
  extends EventTarget
  implements Pick<Socket, 'binaryType' | 'send' | 'close'>
{
  binaryType: BinaryType = 'arraybuffer';
  readonly #source: FeedSource;
  readonly #environment: Pick<Environment, 'after'>;
  readonly #closed = new AbortController();
  #following: AbortController | undefined;
  /** Complete after `logBegin`, an adapter's seq. */
  #log: Batch[] = [];
  #logBegin = 0;
  #keptCount = 0;
  #newest = 0;
  #subscribed: Subscribed | undefined;
  #cancelBeat: () => void = () => undefined;
  #cancelCounts: (() => void) | undefined;

  constructor(source: FeedSource, environment: Pick<Environment, 'after'>) {
    super();
    this.#source = source;
    this.#environment = environment;
    queueMicrotask(() => {
      if (!this.#closed.signal.aborted) this.dispatchEvent(new Event('open'));
    });
    this.#beat();
  }

  /** A subscription; whatever was subscribed before it ends. */
  send(text: string): void {
    const { generation, epoch, afterSeq, filter = '', rankKeys = [] } = parseObject(text) ?? {};
    const cursor = Number(afterSeq);
    const keys = (rankKeys as readonly string[]).map((key) => parseBound(key));
    this.#subscribed = {
      generation: Number(generation),
      filter: String(filter),
      keys: keys.filter((key) => typeof key === 'object'),
      sentSeq: cursor,
    };
    // The client hears of its answer when it has finished asking.
    const subscribed = this.#subscribed;
    queueMicrotask(() => {
      if (subscribed === this.#subscribed) this.#answer(subscribed, String(epoch), cursor);
    });
  }

  close(): void {
    this.#closed.abort();
    this.#following?.abort();
    this.#subscribed = undefined;
    this.#cancelBeat();
    this.#cancelCounts?.();
  }

  #answer({ generation }: Subscribed, epoch: string, cursor: number): void {
    if (epoch !== this.#source.epoch) {
      this.#reset('epoch_changed');
      return;
    }
    const after = Math.floor(cursor / SEQS_PER_SEQ);
    this.#say({ type: 'resume', generation, epoch, seq: cursor });
    if (this.#following === undefined || after < this.#logBegin) this.#follow(after);
    else for (const batch of this.#log) if (batch.seq > after) this.#tell(batch);
    this.#countSoon(0);
  }

  #follow(after: number): void {
    this.#following?.abort();
    const following = new AbortController();
    this.#following = following;
    this.#log = [];
    this.#keptCount = 0;
    this.#logBegin = after;
    this.#newest = after;
    const { signal } = following;
    const take = (method: string, value: unknown): void => {
      if (!signal.aborted) this.#take(method, value);
    };
    this.#source.follow(after, signal, take).catch((error: unknown) => {
      if (!signal.aborted) this.#break(error instanceof Error ? error.message : String(error));
    });
  }

  #take(method: string, value: unknown): void {
    if (method === 'fail') {
      this.#break(String(value));
    } else if (method === 'reset') {
      this.#source.beginEpoch();
      this.#reset('epoch_changed');
    } else {
      this.#change(value);
    }
  }

  #change(value: unknown): void {
    const { seq } = isObject(value) ? value : {};
    if (!isSeq(seq)) {
      this.#break(`feed.change() was given a \`seq\` that can't be: ${String(seq)}`);
    } else if (seq <= this.#newest) {
      this.#break(`feed.change() was given seq ${seq} after ${this.#newest}; it has to grow`);
    } else {
      const changes = this.#source.readChanges(value as JsonObject);
      if (typeof changes === 'string') this.#break(changes);
      else this.#keep({ seq, changes });
    }
  }

  #keep(batch: Batch): void {
    this.#newest = batch.seq;
    this.#log.push(batch);
    this.#keptCount += batch.changes.length;
    while (this.#keptCount > MAX_KEPT_CHANGES) {
      const oldest = this.#log.shift();
      this.#keptCount -= oldest?.changes.length ?? MAX_KEPT_CHANGES;
      this.#logBegin = oldest?.seq ?? this.#logBegin;
    }
    this.#tell(batch);
    this.#countSoon(COUNTS_MS);
  }

  #tell({ seq, changes }: Batch): void {
    const subscribed = this.#subscribed;
    if (subscribed === undefined) return;
    const { filter, sentSeq: prevSeq } = subscribed;
    const shown = this.#source.matching(changes, filter);
    const mutations = changes.map((change, i) => {
      const own = seq * SEQS_PER_SEQ + i;
      return change.type === 'put' && shown.has(change.json)
        ? `{"op":"insert","seq":${own},"event":${change.json}}`
        : `{"op":"delete","seq":${own},"id":${JSON.stringify(change.id)}}`;
    });
    subscribed.sentSeq = seqAt(seq);
    const epoch = JSON.stringify(this.#source.epoch);
    const head = `{"type":"batch","epoch":${epoch},"prevSeq":${prevSeq},"seq":${seqAt(seq)}`;
    this.#sayText(`${head},"mutations":[${mutations.join(',')}]}`);
  }

  #countSoon(delayMs: number): void {
    this.#cancelCounts ??= this.#environment.after(delayMs, () => {
      this.#cancelCounts = undefined;
      void this.#count();
    });
  }

  async #count(): Promise<void> {
    const subscribed = this.#subscribed;
    if (subscribed === undefined) return;
    const { generation, filter, keys } = subscribed;
    const counts = await this.#source.readCounts(keys, filter, this.#closed.signal);
    if (counts === undefined || subscribed !== this.#subscribed) return;
    this.#say({
      type: 'counts',
      generation,
      epoch: this.#source.epoch,
      seq: subscribed.sentSeq,
      ...counts,
    });
  }

  #reset(reason: string): void {
    this.#following?.abort();
    this.#following = undefined;
    const generation = this.#subscribed?.generation;
    this.#say({
      type: 'reset',
      reason,
      generation,
      epoch: this.#source.epoch,
      seq: seqAt(this.#newest),
    });
  }

  #beat(): void {
    this.#cancelBeat = this.#environment.after(HEARTBEAT_MS, () => {
      this.#beat();
      if (this.#subscribed === undefined) return;
      const { sentSeq: seq } = this.#subscribed;
      this.#say({ type: 'progress', epoch: this.#source.epoch, prevSeq: seq, seq });
    });
  }

  #break(reason: string): void {
    this.#source.fail(reason);
    this.close();
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006 }));
  }

  #say(message: object): void {
    this.#sayText(JSON.stringify(message));
  }

  #sayText(data: string): void {
    if (!this.#closed.signal.aborted) this.dispatchEvent(new MessageEvent('message', { data }));
  }
}
