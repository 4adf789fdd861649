import { fileTypes, type ExportFormat } from './export_request.js';

/** Not in TypeScript's library: browsers other than Chromium's lack it. */
type SavePicker = (options: {
  readonly suggestedName: string;
  readonly types: readonly { readonly accept: Readonly<Record<string, readonly string[]>> }[];
}) => Promise<FileSystemFileHandle>;

/** A blob's address is given up after this: by then the download has begun. */
const downloadMs = 60_000;

function savePicker(): SavePicker | undefined {
  const picker: unknown = Reflect.get(window, 'showSaveFilePicker');
  return typeof picker === 'function' ? (picker.bind(window) as SavePicker) : undefined;
}

/** Whether files can be written straight to the reader's disk. */
export function canWriteToDisk(): boolean {
  return savePicker() !== undefined;
}

/** `events 2026-11-20 14.03.22.csv`: what every system takes for a name. */
export function fileName(format: ExportFormat, nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return `events ${time}.${fileTypes[format].extension}`;
}

/** Where the reader wants a file: 'gathered' where the browser can't ask them, `undefined` if they want none. */
export async function chooseFile(
  format: ExportFormat,
): Promise<FileSystemFileHandle | 'gathered' | undefined> {
  const picker = savePicker();
  if (!picker) return 'gathered';
  const { mediaType, extension } = fileTypes[format];
  try {
    return await picker({
      suggestedName: fileName(format, Date.now()),
      types: [{ accept: { [mediaType]: [`.${extension}`] } }],
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') return undefined;
    return 'gathered';
  }
}

/** Gives a file to the reader as a download. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, downloadMs);
}
