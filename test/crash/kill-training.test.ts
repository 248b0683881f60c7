import { expect, inject, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { killTraining } from './kill-training.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Kills of a training at random moments and in changes of the disk. */
    kills: { times: number; changes: number };
  }
}

const at = scratch();

test('a training that is killed anywhere ends, resumed, with the bytes of one that was not', async () => {
  const { times, changes } = inject('kills');
  const killed = await killTraining(at(), { times, changes, seed: 1 }, (each) => {
    const { moment, signal, hadCheckpoint, different } = each;
    const outcome = different.length === 0 ? 'same bytes' : `different: ${different.join(', ')}`;
    console.log(`${moment}: ${signal ?? 'done'}, checkpoint: ${hadCheckpoint}; ${outcome}`);
  });
  expect(killed.flatMap(({ different }) => different)).toEqual([]);
  expect(killed).toHaveLength(times + changes);
  // The kills do hit; after the last step a process may end before.
  expect(killed.slice(times).every(({ signal }) => signal === 'SIGKILL')).toBe(true);
  expect(killed.filter(({ signal }) => signal === 'SIGKILL').length).toBeGreaterThan(
    0.8 * (times + changes) - 1,
  );
});
