import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import proxyAddress from 'proxy-addr';

/**
 * The proxies whose word on where a request comes from is taken: so many before the backend, or those with these addresses and
 * networks. None: what `X-Forwarded-For` says is what any client may say.
 */
export type TrustedProxies = number | readonly string[];

/** Tells clients apart, by the address that they come from. */
export type ClientAddress = (request: IncomingMessage) => string;

/** @throws {TypeError} for what is neither an address, a network, nor the name of one. */
export function clientAddress(proxies: TrustedProxies): ClientAddress {
  const isTrusted =
    typeof proxies === 'number'
      ? (_address: string, hop: number): boolean => hop < proxies
      : proxyAddress.compile([...proxies]);
  return (request) => {
    const connection = request.socket.remoteAddress ?? '';
    // Of a connection that is over nothing is known any more.
    if (connection === '') return '';
    return plainAddress(proxyAddress(request, isTrusted)) ?? plainAddress(connection) ?? connection;
  };
}

/** One text for one address, without the port that some proxies add; `undefined` where it is no address. */
function plainAddress(text: string): string | undefined {
  const [, bracketed] = /^\[(.+)\](?::\d+)?$/.exec(text) ?? [];
  const [, beforePort] = /^([\d.]+):\d+$/.exec(text) ?? [];
  const address = (bracketed ?? beforePort ?? text)
    .toLowerCase()
    .replace(/^::ffff:(?=[\d.]+$)/, '');
  return isIP(address) === 0 ? undefined : address;
}
