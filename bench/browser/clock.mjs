/** Milliseconds by a clock that all threads of a page share. */
export function sharedNowMs() {
  return performance.timeOrigin + performance.now();
}
