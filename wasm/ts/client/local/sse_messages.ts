/** One message of a stream of Server-Sent Events. */
export interface SseMessage {
  readonly type: string;
  readonly data: string;
}

const LF = 0x0a;
const CR = 0x0d;
/** UTF-16 units of one message: more is no event. */
const MAX_MESSAGE_LENGTH = 16 << 20;

/**
 * Takes a stream of Server-Sent Events apart. Method: "Interpreting an event stream", HTML Standard, section 9.2.6.
 */
export class SseMessages {
  /** A line that has not ended. */
  #rest = '';
  /** The last line ended with a CR, which may be the half of a CR LF. */
  #skipsLf = false;
  #type = '';
  #data: string[] = [];
  #dataLength = 0;
  #id = '';
  #lastEventId = '';
  #retryMs: number | undefined;

  /** Of the last message that was whole. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** Milliseconds until the next connection, where the stream has said so. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** A new connection: what was not whole is lost. */
  restart(): void {
    this.#rest = '';
    this.#skipsLf = false;
    this.#type = '';
    this.#data = [];
    this.#dataLength = 0;
    this.#id = this.#lastEventId;
  }

  /** The messages that are whole with this piece. `undefined`: one is longer than any event. */
  read(piece: string): readonly SseMessage[] | undefined {
    const messages: SseMessage[] = [];
    let begin = 0;
    for (let at = 0; at < piece.length; at++) {
      const unit = piece.charCodeAt(at);
      const isHalf = unit === LF && this.#skipsLf;
      this.#skipsLf = unit === CR;
      if (unit !== LF && unit !== CR) continue;
      if (!isHalf) {
        this.#take(this.#rest + piece.slice(begin, at), messages);
        this.#rest = '';
      }
      begin = at + 1;
    }
    this.#rest += piece.slice(begin);
    return this.#rest.length + this.#dataLength > MAX_MESSAGE_LENGTH ? undefined : messages;
  }

  #take(line: string, messages: SseMessage[]): void {
    if (line === '') {
      this.#dispatch(messages);
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    switch (field) {
      case 'event':
        this.#type = value;
        break;
      case 'data':
        this.#data.push(value);
        this.#dataLength += value.length + 1;
        break;
      case 'id':
        if (!value.includes('\0')) this.#id = value;
        break;
      case 'retry':
        if (/^\d{1,9}$/.test(value)) this.#retryMs = Number(value);
        break;
      default: // a comment, or nothing that is known
    }
  }

  #dispatch(messages: SseMessage[]): void {
    this.#lastEventId = this.#id;
    if (this.#data.length > 0) {
      messages.push({ type: this.#type || 'message', data: this.#data.join('\n') });
    }
    this.#type = '';
    this.#data = [];
    this.#dataLength = 0;
  }
}
