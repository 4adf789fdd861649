/** Runs one export, off the page's main thread. */
import { csvWriter } from './csv.js';
import type { FromExportWorker, ToExportWorker } from './export_messages.js';
import { fileTypes, type ExportRequest } from './export_request.js';
import { runExport } from './export_run.js';
import { diskSink, gatheringSink, type FileSink } from './file_sink.js';
import { ndjsonWriter } from './ndjson.js';
import type { PageWriter } from './page_writer.js';

const abort = new AbortController();

function post(message: FromExportWorker): void {
  postMessage(message);
}

async function writerOf({ format, isGuarded, schema }: ExportRequest): Promise<PageWriter> {
  switch (format) {
    case 'csv':
      return csvWriter(schema, isGuarded);
    case 'ndjson':
      return ndjsonWriter(schema);
    case 'arrow':
      return (await import('./arrow.js')).arrowWriter(schema);
  }
}

async function exportTo(sink: FileSink, request: ExportRequest): Promise<void> {
  const end = await runExport(request, {
    writer: await writerOf(request),
    sink,
    signal: abort.signal,
    onprogress: (progress) => {
      post({ type: 'progress', progress });
    },
    onretry: (reason) => {
      post({ type: 'retry', reason });
    },
  });
  if (abort.signal.aborted) {
    await sink.abort();
    post({ type: 'cancelled' });
  } else {
    post({ type: 'end', end, blob: await sink.close() });
  }
}

async function start(request: ExportRequest, file: FileSystemFileHandle | undefined) {
  let sink: FileSink | undefined;
  try {
    sink = file ? await diskSink(file) : gatheringSink(fileTypes[request.format].mediaType);
    await exportTo(sink, request);
  } catch (cause) {
    await sink?.abort().catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : 'unknown';
    post({ type: 'failed', reason: `The file can’t be written: ${reason}` });
  }
}

onmessage = ({ data }: MessageEvent<ToExportWorker>) => {
  switch (data.type) {
    case 'start':
      void start(data.request, data.file);
      break;
    case 'cancel':
      abort.abort();
      break;
  }
};
