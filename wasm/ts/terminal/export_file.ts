import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, link, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { Fault, UsageFault } from './faults.js';

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** Names of errors as people say them. */
function whyOf(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOENT':
      return 'there is no such folder';
    case 'EACCES':
    case 'EPERM':
      return 'that is not allowed';
    case 'EROFS':
      return 'nothing can be written there';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

function alreadyThere(path: string): UsageFault {
  return new UsageFault(`${path} is there already. Replace it with --force, or name another.`);
}

/**
 * A file that is there under its name only once it is whole: until then it is one beside it, which is removed however the
 * program ends, but for a kill that nobody hears of.
 */
export class ExportFile {
  readonly path: string;
  readonly #target: string;
  readonly #unfinished: string;
  readonly #isForced: boolean;
  readonly #handle: FileHandle;
  readonly #onExit: () => void;

  private constructor(
    path: string,
    target: string,
    isForced: boolean,
    handle: FileHandle,
    unfinished: string,
  ) {
    this.path = path;
    this.#target = target;
    this.#unfinished = unfinished;
    this.#isForced = isForced;
    this.#handle = handle;
    this.#onExit = () => rmSync(unfinished, { force: true });
    process.on('exit', this.#onExit);
  }

  /** Throws a Fault where the file can't be written, or is there and must not be replaced. */
  static async create(path: string, isForced: boolean): Promise<ExportFile> {
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    if (isThere && !isForced) throw alreadyThere(path);
    try {
      const target = isThere ? await realpath(path) : path;
      const old = isThere ? await stat(target) : undefined;
      if (old?.isFile() === false) throw new UsageFault(`${path} is no file that can be replaced.`);
      const unfinished = `${target}.${randomBytes(4).toString('hex')}.part`;
      // Readable by whom the old one was.
      const handle = await open(unfinished, 'wx', old === undefined ? 0o666 : old.mode & 0o777);
      return new ExportFile(path, target, isForced, handle, unfinished);
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault([`${path} can't be written: ${whyOf(cause)}.`]);
    }
  }

  async write(text: string): Promise<void> {
    await this.#orFault(async () => {
      await this.#handle.writeFile(text);
    });
  }

  /** Gives the file its name. */
  async finish(): Promise<void> {
    await this.#orFault(async () => {
      await this.#handle.sync();
      await this.#handle.close();
      if (this.#isForced) await rename(this.#unfinished, this.#target);
      else await this.#nameUnlessThere();
    });
    process.off('exit', this.#onExit);
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#unfinished, { force: true });
    process.off('exit', this.#onExit);
  }

  /** A second name, given only if nothing has it; where there are none, whoever came meanwhile is found a moment before. */
  async #nameUnlessThere(): Promise<void> {
    try {
      await link(this.#unfinished, this.#target);
      await rm(this.#unfinished);
    } catch (cause) {
      if (codeOf(cause) === 'EEXIST') throw alreadyThere(this.path);
      const isThere = await lstat(this.#target).then(
        () => true,
        () => false,
      );
      if (isThere) throw alreadyThere(this.path);
      await rename(this.#unfinished, this.#target);
    }
  }

  async #orFault(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault([`${this.path} can't be written: ${whyOf(cause)}.`]);
    }
  }
}
