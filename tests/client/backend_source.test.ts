import { expect, it } from 'vitest';
import { BackendSource } from '../../wasm/ts/client/backend_source.js';
import { nodeEnvironment } from '../support/node_environment.js';

/** What becomes of a request for an event, and the address that was asked for. */
async function read(id: string, answer: Response): Promise<readonly [string, unknown]> {
  let asked = '';
  const source = new BackendSource('http://backend/', {
    ...nodeEnvironment(1),
    fetch: (url) => {
      asked = url;
      return Promise.resolve(answer);
    },
  });
  const found = await source.fetchEvent(id, new AbortController().signal);
  return [asked, found];
}

it.each([
  ['density', 'http://backend/data?id=density'],
  ['..', 'http://backend/data?id=..'],
  ['__proto__', 'http://backend/data?id=__proto__'],
  ['a/b?c+d', 'http://backend/data?id=a%2Fb%3Fc%2Bd'],
  ['%2e', 'http://backend/data?id=%252e'],
  ['É 1', 'http://backend/data?id=%C3%89+1'],
])('asks for the event %j by its id', async (id, url) => {
  const answer = new Response(JSON.stringify({ id, status: 404, type: 'failure' }));
  expect(await read(id, answer)).toEqual([
    url,
    { type: 'event', event: { id, status: 404, type: 'failure' } },
  ]);
});

it('asks for no id that is no text', async () => {
  const answer = new Response('{}');
  expect(await read('\ud800', answer)).toEqual(['', { type: 'event', event: undefined }]);
});

it('knows an event that is not there from one that can’t be had', async () => {
  const [, missing] = await read('x', new Response('{}', { status: 404 }));
  expect(missing).toEqual({ type: 'event', event: undefined });
  const [, refused] = await read('x', new Response('{}', { status: 500 }));
  expect(refused).toMatchObject({ type: 'failure', problem: { code: 'backend_refused' } });
});
