import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Hands TCP connections on to a port of this machine, and counts what comes back from it. Can be cut. */
export class CountingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #bytes = 0;
  #isCut = false;

  private constructor(targetPort: () => number) {
    this.#server = createServer((client) => {
      if (this.#isCut) {
        client.destroy();
        return;
      }
      const target = connect(targetPort(), '127.0.0.1');
      for (const socket of [client, target]) {
        this.#sockets.add(socket);
        socket.on('close', () => this.#sockets.delete(socket));
        socket.on('error', () => {
          client.destroy();
          target.destroy();
        });
      }
      target.on('data', (chunk) => (this.#bytes += chunk.length));
      client.pipe(target).pipe(client);
    });
  }

  /** `targetPort` is asked for each connection. */
  static async start(targetPort: () => number): Promise<CountingProxy> {
    const proxy = new CountingProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bytes sent to clients so far: HTTP and sockets, heads and bodies, compressed where they were. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Breaks all connections without a word, as a process does that is killed, and each new one until `mend`. */
  cut(): void {
    this.#isCut = true;
    this.#breakAll();
  }

  mend(): void {
    this.#isCut = false;
  }

  stop(): void {
    this.#server.close();
    this.#breakAll();
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
