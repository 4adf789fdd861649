/**
 * Notes every WebAssembly memory that is exported while `start` runs, for engines that keep theirs to themselves.
 * @template T
 * @param {() => Promise<T>} start
 * @returns {Promise<{ result: T, heapBytes: () => number }>}
 */
export async function watchWasmMemories(start) {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  const { instantiate, instantiateStreaming } = WebAssembly;

  /** @param {Function} original */
  const watching =
    (original) =>
    /** @param {unknown[]} parameters */
    async (...parameters) => {
      const instantiated = await original.apply(WebAssembly, parameters);
      const { exports } = instantiated.instance ?? instantiated;
      memories.push(
        ...Object.values(exports).filter((value) => value instanceof WebAssembly.Memory),
      );
      return instantiated;
    };
  Object.assign(WebAssembly, {
    instantiate: watching(instantiate),
    instantiateStreaming: watching(instantiateStreaming),
  });
  try {
    const result = await start();
    const heapBytes = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    return { result, heapBytes };
  } finally {
    Object.assign(WebAssembly, { instantiate, instantiateStreaming });
  }
}
