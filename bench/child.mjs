/** A process of its own for one measurement: takes a task as its argument and sends the figures to its parent. */
/** @import { Task } from './types.js' */
import { measureMemory } from './phases/memory.mjs';
import { measureTimes } from './phases/times.mjs';

const task = /** @type {Task} */ (JSON.parse(process.argv[2] ?? ''));
const figures = task.kind === 'times' ? await measureTimes(task) : await measureMemory(task);
process.send?.(figures, () => process.exit(0)); // some engines keep timers
