import { ArchiveError } from '../writer/event_archive.js';

/** What LevelDB makes of ENOSPC, EDQUOT and EFBIG: it passes on the system's text alone. */
const fullDisk = /no space left|quota exceeded|file too large/i;

/** The cause that says most: LevelDB's own error stands behind that of its wrapper. */
function causeOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  if (error.cause instanceof Error) return causeOf(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message };
}

/** Why the store in `folder` can't be opened. */
export function openingProblem(folder: string, error: unknown): ArchiveError {
  const { code, message } = causeOf(error);
  if (code === 'LEVEL_LOCKED') {
    return new ArchiveError(`the store in ${folder} is in use by another process`);
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new ArchiveError(`${folder} is no folder, so no events can be stored there`);
  }
  return new ArchiveError(
    `the store in ${folder} can't be opened: ${message}`,
    fullDisk.test(message) || code === 'ENOSPC',
  );
}

/** Why nothing can be written to the store in `folder`. */
export function writingProblem(folder: string, error: unknown): ArchiveError {
  const { message } = causeOf(error);
  const isFull = fullDisk.test(message);
  const reason = isFull ? 'there is no space left' : message;
  return new ArchiveError(`events can't be stored in ${folder}: ${reason}`, isFull);
}

/** Why the events of the store in `folder` can't be read. */
export function readingProblem(folder: string, error: unknown): ArchiveError {
  const { message } = causeOf(error);
  return new ArchiveError(
    `the store in ${folder} is damaged: ${message}. Restore the folder from a copy`,
  );
}
