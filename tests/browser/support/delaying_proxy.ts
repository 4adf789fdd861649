import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Hands TCP connections on to a port of this machine, each byte some milliseconds late: a network with a round trip. */
export class DelayingProxy implements Disposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(targetPort: () => number, oneWayMs: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort(), '127.0.0.1');
      for (const [from, to] of [
        [client, target],
        [target, client],
      ] as const) {
        this.#sockets.add(from);
        from.setNoDelay();
        from.on('data', (chunk) => {
          setTimeout(() => to.write(chunk), oneWayMs);
        });
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          setTimeout(() => to.end(), oneWayMs);
        });
      }
    });
  }

  /** `targetPort` is asked at each connection. */
  static async start(targetPort: () => number, oneWayMs: number): Promise<DelayingProxy> {
    const proxy = new DelayingProxy(targetPort, oneWayMs);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
