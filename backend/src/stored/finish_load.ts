import { DataFileError } from '../import/faults.js';
import type { LoadState, LoadTarget } from '../import/load_rows.js';
import { type OwnTimelineOptions, loadAndTell } from '../import/own_timeline.js';
import type { LevelArchive } from '../persistence/level_archive.js';
import type { EventStore } from '../store/event_store.js';
import type { MutationText } from '../store/mutation_text.js';
import { DictionaryRoom } from '../writer/dictionary_room.js';
import { beginsAsBefore } from './file_identity.js';
import { type FileLoad, type StoredLoad, dataFileOf, progressRecord } from './file_load.js';

/**
 * Loads what is still to come of a file: stored, then applied, batch by batch, each with how far the file is loaded with it.
 *
 * @throws {DataFileError} @throws {ArchiveError} where it can't be; a later start goes on from there.
 */
export async function finishLoad(
  archive: LevelArchive,
  { load, state }: StoredLoad,
  store: EventStore,
  options: OwnTimelineOptions,
): Promise<void> {
  const own = { file: dataFileOf(load), plan: load.plan };
  const target: LoadTarget = {
    store,
    ...(state.rowCount === 0 ? {} : { from: state }),
    refuse: roomOf(store, options.maxCount),
    keep: (inserts, state) => keep(archive, inserts, state),
    check: () => checkBegin(load),
  };
  const end = await loadAndTell(own, target, { ...options, totalCount: load.totalCount });
  await archive.commit(new Map(), progressRecord({ isComplete: true, state: end }));
}

async function keep(
  archive: LevelArchive,
  inserts: readonly MutationText[],
  state: LoadState,
): Promise<void> {
  const events = new Map(inserts.map(({ id, members }) => [id, members.slice(memberHead.length)]));
  await archive.commit(events, progressRecord({ isComplete: false, state }));
}

/** How the members of an insert begin; its event follows, as it is stored. */
const memberHead = '"event":';

/** Says what is in the way of one event more: what is stored must be such as the engine takes. */
function roomOf(store: EventStore, maxCount: number): NonNullable<LoadTarget['refuse']> {
  const { columns } = store.schema;
  const room = new DictionaryRoom(
    columns,
    (column) => store.rows.facet(column, 1).distinctCount,
    () => performance.now(),
  );
  const dictionaries = columns.flatMap(({ type }, i) => (type === 'dictionary' ? [i] : []));
  return (waitingCount) => {
    if (store.rowCount + waitingCount >= maxCount) {
      return `the timeline has all the ${maxCount} events that there is room for`;
    }
    const full = room.take(dictionaries);
    if (full === undefined) return undefined;
    return `${JSON.stringify(columns[full]?.name)} has too many different values`;
  };
}

/** What comes to the file meanwhile is loaded by the next start; what was there must be what it was. */
async function checkBegin({ file }: FileLoad): Promise<void> {
  if (await beginsAsBefore(file)) return;
  throw new DataFileError(`${file.path}: has changed while it was read; load a copy of it`);
}
