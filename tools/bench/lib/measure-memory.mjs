import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { THREADS } from './peer-process.mjs';
import { PROBLEM } from './problem.mjs';

const CHILD = fileURLToPath(new URL('memory-child.mjs', import.meta.url));
const PATHS = 1_000_000;
const QUICK_PATHS = 2_000;
const TARGET_BYTES = 512e6;

/**
 * Peak resident memory of a process of its own that summarises an ensemble, its workers and Node
 * itself included.
 *
 * @throws Error when the process fails or does not count every path
 */
export async function measureMemory({ engine, quick, log }) {
  const paths = quick ? QUICK_PATHS : PATHS;
  const problem = quick ? { ...PROBLEM, time: 0.05, steps: 5 } : PROBLEM;
  log(`memory: ${paths.toLocaleString('en')} paths …`);
  const { stdout } = await promisify(execFile)(process.execPath, [
    CHILD,
    JSON.stringify({ problem, paths, how: { engine, workers: THREADS } }),
  ]);
  const result = JSON.parse(stdout);
  // A path that stopped outside the cone has no statistics; more than one in a thousand is an error.
  if (result.paths !== paths || result.counted < paths * 0.999) {
    throw new Error(
      `measureMemory: expected ${paths} paths in the summary, got ${result.paths} with ` +
        `${result.counted} in its statistics. The engine or the summary loses paths.`,
    );
  }
  return {
    kind: 'memory',
    name: 'memory',
    ...result,
    target: TARGET_BYTES,
    met: result.peakBytes <= TARGET_BYTES,
  };
}
