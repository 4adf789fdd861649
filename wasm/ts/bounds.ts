/** Bounds of key ranges as the module takes and gives them. */
import { checkKey } from './checks.js';
import type { RawBound } from './raw_module.js';
import type { EventKey } from './types.js';

export function toBound(key: EventKey | undefined): RawBound {
  if (key === undefined) return { open: true, key: { timestamp: 0, id: '' } };
  return { open: false, key: checkKey(key) };
}

export function fromBound(bound: RawBound): EventKey | undefined {
  return bound.open ? undefined : bound.key;
}
