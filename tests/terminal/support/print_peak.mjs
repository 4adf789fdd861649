// Loaded before a program: when that ends, it says how much memory it has had at most, in MiB, on the standard error.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(2, `peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
});
