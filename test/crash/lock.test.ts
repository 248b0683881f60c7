import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { INLINE, sets, TINY } from '../support/config.ts';
import { filesBelow } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped, startShaped } from '../support/shaped.ts';

const at = scratch();

/** A training that outlasts the start of other commands on a busy machine. */
const LONG = sets({ 'data.tokenizer': 'bytes', 'train.steps': 1_000_000 });

test('of commands that start at once over a dead lock one runs, the others are refused', async () => {
  const args = ['train', at('one'), '-c', TINY, '--backend', 'wasm', ...LONG];
  const first = startShaped(args);
  await first.says(/^training: \d+ to do$/m);
  first.process.kill('SIGKILL');
  await first.ended;
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(at('one', '.lock'), JSON.stringify({ pid, host: hostname() }));

  const started = Array.from({ length: 4 }, () => startShaped(args));
  const says = started.map((each) => each.says(/^training: \d+ to do$/m));
  const outcomes = await Promise.allSettled(says);
  const runs = started.filter((_, i) => outcomes[i].status === 'fulfilled');
  expect(runs).toHaveLength(1);
  for (const refused of started.filter((each) => each !== runs[0])) {
    const { code, stderr } = await refused.ended;
    expect([code, stderr]).toEqual([2, expect.stringMatching(/ is in use by process \d+ on /)]);
  }

  // Not even --fresh takes anything away from a command that runs.
  // Checkpoints come and go while it trains.
  const before = filesBelow(at('one')).filter((path) => !path.startsWith('train/checkpoints/'));
  const fresh = await shaped([...args, '--fresh', ...INLINE]);
  expect([fresh.code, fresh.stderr]).toEqual([2, expect.stringContaining('is in use by process')]);
  expect(filesBelow(at('one'))).toEqual(expect.arrayContaining(before));
  runs[0].process.kill('SIGINT');
  expect((await runs[0].ended).code).toBe(130);
});
