import { expect, onTestFinished, test, vi } from 'vitest';

import { demoSchema, eventSchema } from '../../backend/src/event_schema.js';
import { EmbeddedSource } from '../../backend/src/source/embedded_source.js';
import { EventStore } from '../../backend/src/store/event_store.js';
import { defaultMaxLogBytes } from '../../backend/src/store/mutation_log.js';
import type { Change } from '../../backend/src/writer/change.js';
import { ArchiveError, type EventArchive } from '../../backend/src/writer/event_archive.js';
import { EventFormat } from '../../backend/src/writer/event_format.js';
import { MutationWriter } from '../../backend/src/writer/mutation_writer.js';
import { eventAt, quietLogger as logger } from './support/test_backend.js';

const format = new EventFormat(eventSchema);

interface Commit {
  readonly states: ReadonlyMap<string, string | undefined>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** An archive whose disk answers by hand. */
class HandArchive implements EventArchive {
  readonly commits: Commit[] = [];
  isClosed = false;

  commit(states: ReadonlyMap<string, string | undefined>): Promise<void> {
    return new Promise((resolve, reject) => this.commits.push({ states, resolve, reject }));
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Ids and messages of the commit that is under way. */
  get underWay(): Readonly<Record<string, string | undefined>> {
    const states = this.commits.at(-1)?.states ?? new Map<string, undefined>();
    return Object.fromEntries([...states].map(([id, json]) => [id, json && messageOf(json)]));
  }
}

function messageOf(json: string): string {
  return (JSON.parse(json) as { message: string }).message;
}

function insert(id: string, message: string): Change {
  return { op: 'insert', event: format.recordOf(eventAt(1, id, { message })) };
}

async function openStage(maxCount = 100) {
  const store = await EventStore.create(demoSchema, 'e', 1_000);
  const options = { maxLogBytes: defaultMaxLogBytes, now: () => performance.now() };
  const source = new EmbeddedSource(store, options);
  const archive = new HandArchive();
  const writer = new MutationWriter({ store, source, format, archive, maxCount, logger });
  const shown = (id: string): string | undefined => {
    const json = store.readEventJson(id);
    return json === undefined ? undefined : messageOf(json);
  };
  onTestFinished(() => store.delete());
  return { store, source, archive, writer, shown };
}

test('nothing is seen before it is stored, and all of it afterwards', async () => {
  const { source, archive, writer, shown } = await openStage();
  const written = writer.write([insert('a', 'one')]);
  expect(archive.underWay).toEqual({ a: 'one' });
  expect([shown('a'), source.cursor.seq]).toEqual([undefined, 0]);
  archive.commits[0]?.resolve();
  expect(await written).toEqual({ outcomes: ['accepted'], cursor: { epoch: 'e', seq: 1 } });
  expect(shown('a')).toBe('one');
});

test('those who wait together are stored together, each as those before them leave it', async () => {
  const { archive, writer, shown } = await openStage();
  const first = writer.write([insert('a', 'one')]);
  const others = [
    writer.write([insert('a', 'two'), insert('b', 'one')]),
    writer.write([insert('a', 'two'), { op: 'delete', id: 'b' }]),
    writer.write([{ op: 'update', id: 'b', set: new Map() }]),
  ];
  expect(archive.commits).toHaveLength(1);
  archive.commits[0]?.resolve();
  await first;
  await vi.waitFor(() => expect(archive.commits).toHaveLength(2));
  expect(archive.underWay).toEqual({ a: 'two', b: undefined });
  archive.commits[1]?.resolve();
  const reports = await Promise.all(others);
  expect(reports.map(({ outcomes }) => outcomes)).toEqual([
    ['accepted', 'accepted'],
    ['unchanged', 'accepted'],
    [expect.objectContaining({ code: 'unknown_id' })],
  ]);
  expect([shown('a'), shown('b')]).toEqual(['two', undefined]);
});

test('what could not be stored is not seen, and settled before anything else is acknowledged', async () => {
  const { archive, writer, shown } = await openStage();
  const first = writer.write([insert('a', 'one')]);
  archive.commits[0]?.resolve();
  await first;

  const failed = writer.write([insert('a', 'two'), insert('b', 'two')]);
  archive.commits[1]?.reject(new ArchiveError('no space', true));
  await expect(failed).rejects.toThrow('no space');
  expect([shown('a'), shown('b')]).toEqual(['one', undefined]);

  // It would change nothing, but the disk may hold 'two'.
  const same = writer.write([insert('a', 'one')]);
  expect(archive.underWay).toEqual({ a: 'one', b: undefined });
  archive.commits[2]?.reject(new ArchiveError('still no space', true));
  await expect(same).rejects.toThrow('still no space');

  const again = writer.write([insert('c', 'three')]);
  expect(archive.underWay).toEqual({ a: 'one', b: undefined, c: 'three' });
  archive.commits[3]?.resolve();
  expect((await again).outcomes).toEqual(['accepted']);

  expect((await writer.write([insert('a', 'one')])).outcomes).toEqual(['unchanged']);
  expect(archive.commits).toHaveLength(4);
});

test('what the engine has no memory for is taken back from the archive', async () => {
  const { source, archive, writer, shown } = await openStage();
  vi.spyOn(source, 'publish').mockImplementationOnce(() => {
    throw new Error('out_of_memory');
  });
  const failed = writer.write([insert('a', 'one')]);
  archive.commits[0]?.resolve();
  await expect(failed).rejects.toThrow('no memory');
  const other = writer.write([insert('b', 'one')]);
  expect(archive.underWay).toEqual({ a: undefined, b: 'one' });
  archive.commits[1]?.resolve();
  await other;
  expect([shown('a'), shown('b')]).toEqual([undefined, 'one']);
});

test('closing waits for what is under way, and settles what failed', async () => {
  const { archive, writer } = await openStage();
  const failed = writer.write([insert('a', 'one')]);
  archive.commits[0]?.reject(new ArchiveError('no space', true));
  await expect(failed).rejects.toThrow();
  const closed = writer.close();
  await vi.waitFor(() => expect(archive.underWay).toEqual({ a: undefined }));
  expect(archive.isClosed).toBe(false);
  archive.commits.at(-1)?.resolve();
  await closed;
  expect(archive.isClosed).toBe(true);
});

test('a large write is published in batches that every client takes', async () => {
  const { source, archive, writer } = await openStage(20_000);
  const sizes: number[] = [];
  const publish = source.publish.bind(source);
  vi.spyOn(source, 'publish').mockImplementation((mutations) => {
    sizes.push(mutations.length);
    publish(mutations);
  });
  const long = 'x'.repeat(60_000);
  const written = writer.write(Array.from({ length: 40 }, (_, n) => insert(`e${n}`, long)));
  archive.commits[0]?.resolve();
  expect((await written).cursor.seq).toBe(40);
  expect(sizes).toEqual([17, 17, 6]);
});
