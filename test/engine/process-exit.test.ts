import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/repository.ts';

/** Longer than any of these programs needs; a process held by a worker would never end. */
const TIMEOUT_MS = 30_000;

const SETUP = `
  import { architecture, simulate, simulateBatches, workerPool } from '@shaped/sde';
  const arch = architecture({ tokens: 2, width: 32, depth: 16 });
  const V0 = Float64Array.of(1, 0.2, 0.2, 1);
  const options = { arch, V0, time: 0.5, steps: 50, paths: 1e6, batch: 8, seed: 1, memoryLimit: 1e12 };
`;

/** What a program prints before it ends by itself. */
async function run(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', SETUP + program],
    { cwd: `${ROOT}test`, timeout: TIMEOUT_MS },
  );
  return stdout.trim();
}

describe('a process ends by itself', () => {
  test.each([
    ['a simulation on workers', 'await simulate({ ...options, paths: 40, workers: 2 });'],
    [
      'a loop that was left',
      'for await (const _ of simulateBatches({ ...options, workers: 2 })) break;',
    ],
    ['a generator that was dropped', 'await simulateBatches({ ...options, workers: 2 }).next();'],
    [
      'a simulation on a pool that nobody closed',
      'await simulate({ ...options, paths: 40, workers: workerPool(2) });',
    ],
    [
      'an abort',
      `await simulate({ ...options, workers: 2, signal: AbortSignal.timeout(300) }).catch(
         ({ name }) => name === 'TimeoutError' || process.exit(9));`,
    ],
    [
      'an abort in the calling thread',
      `await simulate({ ...options, signal: AbortSignal.timeout(300) }).catch(
         ({ name }) => name === 'TimeoutError' || process.exit(9));`,
    ],
  ])('after %s', async (_, program) => {
    expect(await run(`${program} console.log('done');`)).toBe('done');
  });

  test('not before a simulation on workers is done, though nothing else keeps it', async () => {
    const program = `
      simulate({ ...options, paths: 400, workers: 2 }).then(({ V }) => console.log(V.length));
    `;
    expect(await run(program)).toBe(String(400 * 2 * 4));
  });
});

test('memory does not grow with the number of paths', async () => {
  // These paths record 64 MB of covariances; the loop must not hold them.
  const program = `
    const large = { ...options, steps: 4, batch: undefined, recordAt: [0, 1, 2, 3, 4] };
    let [paths, base, most] = [0, 0, 0];
    for await (const { V, firstPath } of simulateBatches({ ...large, workers: 2, paths: 4e5 })) {
      paths += V.length / 20;
      const { arrayBuffers } = process.memoryUsage();
      if (firstPath < 4e4) base = Math.max(base, arrayBuffers);
      most = Math.max(most, arrayBuffers);
    }
    console.log(JSON.stringify({ paths, base, most }));
  `;
  const { paths, base, most } = JSON.parse(await run(program)) as Record<string, number>;
  expect(paths).toBe(4e5);
  // The whole would be 64 MB; what waits for the collector differs from moment to moment.
  expect(most - base).toBeLessThan(24e6);
});
