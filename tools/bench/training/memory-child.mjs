// Prints the peak memory that passes of one attention block add to a process, as JSON; started by
// measure-memory.mjs with its options as the argument.
import { selectBackend } from '../../../packages/harness/dist/backend/index.js';
import { attentionPass } from './attention-pass.mjs';

const PASSES = 10;

const { backend, attention, shaped } = JSON.parse(process.argv[2]);
await selectBackend(backend);
/** Kilobytes, as the operating system counts them. */
const peak = () => process.resourceUsage().maxRSS * 1024;
const before = peak();
attentionPass(attention, shaped).run(PASSES);
console.log(JSON.stringify({ bytes: peak() - before }));
