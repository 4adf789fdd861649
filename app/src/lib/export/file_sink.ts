/** Where an export's bytes go. */
export interface FileSink {
  /** Bytes that it takes at most. */
  readonly maxBytes: number;
  readonly write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Ends the file. What the reader is to be given, where it is not on their disk already. */
  readonly close: () => Promise<Blob | undefined>;
  /** Leaves nothing behind. */
  readonly abort: () => Promise<void>;
}

/** A file that is handed over at the end is kept by the browser until then, in memory by some: 1 GiB. */
export const maxGatheredBytes = 1 << 30;

/** Writes straight to a file that the reader has chosen: no limit but their disk's. */
export async function diskSink(file: FileSystemFileHandle): Promise<FileSink> {
  const writable = await file.createWritable();
  return {
    maxBytes: Infinity,
    write: (bytes) => writable.write(bytes),
    close: async () => {
      await writable.close();
      return undefined;
    },
    abort: () => writable.abort(),
  };
}

/** Gathers pieces, each of which the browser may put wherever it has room. */
export function gatheringSink(mediaType: string): FileSink {
  let pieces: Blob[] = [];
  return {
    maxBytes: maxGatheredBytes,
    write: (bytes) => {
      pieces.push(new Blob([bytes]));
      return Promise.resolve();
    },
    close: () => Promise.resolve(new Blob(pieces, { type: mediaType })),
    abort: () => {
      pieces = [];
      return Promise.resolve();
    },
  };
}
