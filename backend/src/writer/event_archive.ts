/** Where events outlive the process. */
export interface EventArchive {
  /**
   * Stores how these events are now, as JSON by id; `undefined` where there is none any more. All of it is on the disk
   * once this resolves. One call at a time.
   *
   * @throws {ArchiveError} where it is not known what of it is stored.
   */
  commit(states: ReadonlyMap<string, string | undefined>): Promise<void>;
  close(): Promise<void>;
}

/** Events can't be stored now. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  /** Because there is no room left. */
  readonly isFull: boolean;

  constructor(message: string, isFull = false) {
    super(message);
    this.isFull = isFull;
  }
}
