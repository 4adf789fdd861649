import { isUtf8 } from 'node:buffer';

/** The offset of the first byte that can't be UTF-8; `undefined` where all is well. */
export function utf8Fault(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  // The shortest part from the begin on that no continuation makes right ends with the byte at fault.
  let [right, wrong] = [0, bytes.length];
  while (wrong - right > 1) {
    const middle = (right + wrong) >>> 1;
    if (isBegin(bytes.subarray(0, middle))) right = middle;
    else wrong = middle;
  }
  return wrong - 1;
}

/** Whether UTF-8 may go on after `bytes` so that all of it is right. */
function isBegin(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
