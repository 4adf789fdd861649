import createEventglassModule from './eventglass_module.mjs';
import type { RawModule } from './raw_module.js';

/** The compiled module, or its bytes, for places where `eventglass.wasm` can't be found beside this file. */
export type WasmSource = WebAssembly.Module | Uint8Array<ArrayBuffer>;

let compiledByDefault: Promise<WebAssembly.Module> | undefined;

/** Compiles `eventglass.wasm` from beside this file: fetched in browsers, read in Node. */
async function compileDefault(): Promise<WebAssembly.Module> {
  const url = new URL('./eventglass.wasm', import.meta.url);
  if (url.protocol === 'file:') {
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    return WebAssembly.compile(new Uint8Array(await readFile(url)));
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`eventglass: ${url.href} answered ${String(response.status)}; is it deployed?`);
  }
  // Servers that don't know the type of .wasm files would make streaming compilation fail.
  if (response.headers.get('content-type') === 'application/wasm') {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

async function compile(source: WasmSource | undefined): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source !== undefined) return WebAssembly.compile(source);
  compiledByDefault ??= compileDefault().catch((error: unknown) => {
    compiledByDefault = undefined; // a later call tries again
    throw error;
  });
  return compiledByDefault;
}

/** An instance with a heap of its own; the code is compiled once. */
export async function loadModule(source: WasmSource | undefined): Promise<RawModule> {
  const module = await compile(source);
  return new Promise((resolve, reject) => {
    createEventglassModule({
      // Browsers refuse to instantiate large modules synchronously on a page's main thread.
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(module, imports).then(
          (instance) => receive(instance, module),
          reject,
        );
        return {};
      },
    }).then(resolve, reject);
  });
}
