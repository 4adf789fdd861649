import { once } from 'node:events';
import { WebSocket } from 'ws';

export type FeedMessage = Readonly<Record<string, unknown>> & { readonly type: string };

/** Hears what a backend's feed says. */
export class FeedListener implements Disposable {
  readonly messages: FeedMessage[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as FeedMessage);
    });
  }

  static async open(url: string, query = ''): Promise<FeedListener> {
    const listener = new FeedListener(new WebSocket(`${url.replace('http', 'ws')}/data${query}`));
    await once(listener.#socket, 'open');
    return listener;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** The first message of this type, now or later. */
  async first(type: string): Promise<FeedMessage> {
    for (;;) {
      const found = this.messages.find((message) => message.type === type);
      if (found !== undefined) return found;
      await once(this.#socket, 'message');
    }
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
