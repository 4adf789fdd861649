import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An address at which pages arrive in two parts, the second one after a while. */
export interface HaltingProxy extends Disposable {
  readonly url: string;
}

/** Serves what is at `origin`; HTML halts for `haltMs` before its last `tail`. */
export async function startHaltingProxy(
  origin: string,
  tail: string,
  haltMs: number,
): Promise<HaltingProxy> {
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(`${origin}${request.url ?? '/'}`);
      const type = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, { 'content-type': type });
      if (!type.startsWith('text/html')) {
        response.end(Buffer.from(await answer.arrayBuffer()));
        return;
      }
      const html = await answer.text();
      const halt = html.lastIndexOf(tail);
      response.write(html.slice(0, halt));
      await sleep(haltMs);
      response.end(html.slice(halt));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${String(port)}`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
