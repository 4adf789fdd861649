import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a network does to what it carries. */
export interface NetworkFaults {
  /** Milliseconds that each piece waits. */
  readonly delayMs: number;
  /** Bytes of a piece at most; with a delay, that is a rate. */
  readonly pieceBytes: number;
  /** Bytes after which a connection is cut. */
  readonly cutAfterBytes: number;
}

const noFaults: NetworkFaults = { delayMs: 0, pieceBytes: Infinity, cutAfterBytes: Infinity };

/** Bytes that no JSON, no UTF-8 and no frame's head can have at that place. */
const garbage = Buffer.from([0xff, 0xff, 0xff, 0xff]);

/** Hands TCP connections on to a port of this machine, as badly as it is told. */
export class FaultyProxy {
  faults: NetworkFaults = noFaults;
  readonly #server: Server;
  readonly #connections = new Set<readonly [Socket, Socket]>();
  #corruptNext = false;

  private constructor(targetPort: () => number) {
    this.#server = createServer((client) => {
      this.#join(client, connect(targetPort(), '127.0.0.1'));
    });
  }

  /** `targetPort` is asked for each connection. */
  static async start(targetPort: () => number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Carries everything as it should from now on. */
  heal(): void {
    this.faults = noFaults;
    this.#corruptNext = false;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const sockets of this.#connections) for (const socket of sockets) socket.destroy();
  }

  /** What a WebSocket brings next arrives with four bytes overwritten. */
  corruptNext(): void {
    this.#corruptNext = true;
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, target: Socket): void {
    const connection = [client, target] as const;
    this.#connections.add(connection);
    const end = (): void => {
      this.#connections.delete(connection);
      client.destroy();
      target.destroy();
    };
    for (const socket of connection) socket.on('error', end).on('close', end);
    let isWebSocket = false;
    void this.#carry(client, target, (piece) => {
      isWebSocket ||= /^upgrade: websocket/im.test(piece.toString('latin1'));
      return piece;
    }).finally(end);
    void this.#carry(target, client, (piece) =>
      isWebSocket && !piece.subarray(0, 5).equals(httpHead) ? this.#spoil(piece) : piece,
    ).finally(end);
  }

  async #carry(from: Socket, to: Socket, change: (piece: Buffer) => Buffer): Promise<void> {
    let carriedBytes = 0;
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        for (let begin = 0; begin < chunk.length;) {
          const { delayMs, pieceBytes, cutAfterBytes } = this.faults;
          const piece = chunk.subarray(begin, Math.min(chunk.length, begin + pieceBytes));
          begin += piece.length;
          carriedBytes += piece.length;
          if (carriedBytes > cutAfterBytes) return;
          if (delayMs > 0) await sleep(delayMs);
          if (!to.write(change(piece))) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        }
      }
    } catch {
      // The connection is gone, and both ends are told of it.
    }
  }

  #spoil(piece: Buffer): Buffer {
    if (!this.#corruptNext || piece.length < garbage.length) return piece;
    this.#corruptNext = false;
    const spoiled = Buffer.from(piece);
    garbage.copy(spoiled, (piece.length - garbage.length) >> 1);
    return spoiled;
  }
}

const httpHead = Buffer.from('HTTP/');
