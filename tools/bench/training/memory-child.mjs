// Prints the peak memory that passes of one attention block add to a process, as JSON; started by
// measure-memory.mjs with its options as the argument.
import { existsSync, readFileSync } from 'node:fs';
import { selectBackend } from '../../../packages/harness/dist/backend/index.js';
import { attentionPass } from './attention-pass.mjs';

const PASSES = 10;
const STATUS = '/proc/self/status';

/**
 * Peak bytes of this process. On Linux not the resource usage: a process inherits the peak of the one
 * that started it there.
 */
function peak() {
  if (!existsSync(STATUS)) return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(STATUS, 'utf8'))[1]) * 1024;
}

const { backend, attention, shaped } = JSON.parse(process.argv[2]);
await selectBackend(backend);
const before = peak();
attentionPass(attention, shaped).run(PASSES);
console.log(JSON.stringify({ bytes: peak() - before }));
