import type { RawModule } from './raw_module.js';

/** The options of Emscripten's that the module is built with. */
interface ModuleOptions {
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => unknown,
  ): unknown;
}

export default function createEventglassModule(options: ModuleOptions): Promise<RawModule>;
