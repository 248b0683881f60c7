// Preloaded into a command (NODE_OPTIONS=--import=…): kills the process at a change that it makes to
// the disk, the one of the number KILL_AT, a write after its first half. At a natural end it says how
// many changes there were, as the last line of standard error.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const CHANGES = [
  ...['writeSync', 'fsyncSync', 'ftruncateSync', 'mkdirSync', 'renameSync'],
  ...['rmSync', 'symlinkSync', 'linkSync', 'writeFileSync'],
];
const killAt = Number(process.env.KILL_AT ?? Infinity);
const { writeSync } = fs;
let changes = 0;

for (const name of CHANGES) {
  const original = fs[name];
  fs[name] = (...args) => {
    // What is said to people is no change of the disk.
    if (name === 'writeSync' && args[0] <= 2) return original(...args);
    if (++changes === killAt) {
      const [file, bytes, at, length, position] = args;
      if (name === 'writeSync') writeSync(file, bytes, at, (length ?? bytes.length) >> 1, position);
      process.kill(process.pid, 'SIGKILL');
    }
    return original(...args);
  };
}
syncBuiltinESMExports();
process.on('exit', () => process.stderr.write(`changes: ${changes}\n`));
