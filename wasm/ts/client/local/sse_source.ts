import type { Environment } from '../environment.js';
import type { SseSource } from '../source_description.js';
import type { LocalStore } from './local_store.js';
import { fetchList } from './poll_source.js';
import { readText, request } from './requests.js';
import { SourceProblem, type SourceRun } from './source_run.js';
import { SseMessages } from './sse_messages.js';
import { SseChanges } from './sse_changes.js';
import { unlessSilent } from './silence.js';

/**
 * Follows a stream of Server-Sent Events, over whatever connections it takes: each says after which message it goes on
 * (`Last-Event-ID`). Where there is a list of the events until now, it is asked for once the stream is open, and the messages that
 * come meanwhile are applied after it. A connection that says nothing for longer than `silenceMs` is taken for lost.
 */
export function follow(
  source: SseSource,
  store: LocalStore,
  environment: Pick<Environment, 'fetch' | 'after'>,
): SourceRun {
  const { url, headers, initialUrl, items, silenceMs = Infinity } = source;
  const messages = new SseMessages();
  let needsList = initialUrl !== undefined;
  let hasBeenOpen = false;
  return async ({ signal, live, report }) => {
    messages.restart();
    const { lastEventId } = messages;
    // Nobody knows what was missed where the stream has named no place to go on from.
    const hasMissed = hasBeenOpen && lastEventId === '';
    if (hasMissed && initialUrl !== undefined) needsList = true;
    const asked = {
      url,
      accept: 'text/event-stream',
      headers: lastEventId === '' ? headers : { ...headers, 'last-event-id': bytesOf(lastEventId) },
      isStream: true,
    };
    await request(environment, asked, signal, async (response) => {
      checkStream(response, url);
      hasBeenOpen = true;
      if (hasMissed && initialUrl === undefined) report(missed(url));
      const changes = new SseChanges(store, url);
      const goOn = (): void => {
        changes.release();
        live();
      };
      const loadList = async (listUrl: string): Promise<void> => {
        const list = await fetchList({ url: listUrl, headers, items }, environment, signal);
        if (list !== 'unchanged') store.replace(list.items);
        needsList = false;
        goOn();
      };
      const readStream = async (): Promise<void> => {
        await unlessSilent(silenceMs, environment, url, (heard) =>
          readText(response.body, `${url} broke off.`, (piece) => {
            signal.throwIfAborted();
            heard();
            changes.take(messages.read(piece));
          }),
        );
        const retryAfterMs = messages.retryMs ?? 0;
        throw new SourceProblem('feed_closed', `${url} ended the stream.`, { retryAfterMs });
      };
      if (needsList && initialUrl !== undefined) {
        await Promise.all([readStream(), loadList(initialUrl)]);
      } else {
        goOn();
        await readStream();
      }
    });
  };
}

function checkStream({ status, headers }: Response, url: string): void {
  const type = headers.get('content-type') ?? '';
  if (status === 200 && /^text\/event-stream\s*(;|$)/i.test(type)) return;
  const what = `${url} answered with ${type || 'no content type'}, not with text/event-stream.`;
  throw new SourceProblem('unexpected_answer', what);
}

function missed(url: string) {
  return {
    code: 'history_lost',
    message: `What ${url} sent while it was not connected is unknown: its messages have no ids.`,
    action: 'Ids, or an `initialUrl`, would bring it.',
  } as const;
}

/** A text as a header has it: bytes of UTF-8. */
function bytesOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
