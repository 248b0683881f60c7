import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { INLINE, sets, TINY } from '../support/config.ts';
import { expectReadableOutput } from '../support/messages.ts';
import { damagedFiles, filesBelow, json } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped, startShaped, type Ended } from '../support/shaped.ts';

/** By then a step that began is in the middle of its work, in ms. */
const UNDER_WAY = 700;
const underWay = () => new Promise((wake) => setTimeout(wake, UNDER_WAY));

/** A stop takes no longer than the piece of work that is under way, in seconds. */
const PROMPT = 5;

const SIGNALS = [
  ['SIGINT', 130, 'Interrupted'],
  ['SIGTERM', 143, 'Terminated'],
] as const;

/** Where a run is stopped: what says that the step begins, and what makes it long. */
const PLACES = [
  ['probe', /^shaped networks: \d+ to do$/m, { 'probe.networks': 3_000 }],
  ['predict', /^SDE paths: \d+ to do$/m, { 'predict.sdePaths': 1_000_000 }],
  ['check', /^chain against SDE: \d+ to do$/m, { 'check.trendPaths': 1_000_000 }],
  ['train', /^training: \d+ to do$/m, { 'train.steps': 100_000 }],
] as const;

interface Manifest {
  commands: { status: string; exitCode?: number }[];
  steps: Record<string, { end?: string }>;
}

const at = scratch();
const STEPS = ['probe', 'predict', 'check', 'train', 'report'];
const QUICK = {
  'model.depth': 2,
  'probe.networks': 8,
  'probe.windows': 2,
  'predict.sdePaths': 64,
  'predict.chainPaths': 64,
  'check.trendPaths': 64,
  'probe.baselines': [],
  'probe.gradients': 0,
  'data.tokenizer': 'bytes',
};

/** `shaped run` on the smallest configuration, with changes. */
const runArguments = (name: string, changes: Record<string, unknown> = {}) => [
  ...['run', '-c', TINY, '-o', at(name)],
  ...sets({ ...QUICK, ...changes }),
];

const manifest = (name: string) => json<Manifest>(at(name, 'manifest.json'));

/** The run directory can be read, and says how the command ended. */
function expectReadableRun(name: string, ended: Ended): void {
  expectReadableOutput(ended);
  expect(damagedFiles(at(name))).toEqual([]);
  expect(filesBelow(at(name)).filter((path) => /\.lock$|\.tmp$/.test(path))).toEqual([]);
}

/** The same command without the long step makes all of it. */
async function expectCompletes(name: string): Promise<void> {
  // What the long step was is another ensemble for a probe: a run of its own.
  const changed = manifest(name).steps['probe']?.end === undefined ? ['--fresh'] : [];
  // A training takes the place of none with other settings unless that is removed.
  rmSync(at(name, 'train'), { recursive: true, force: true });
  const { code, stderr } = await shaped([...runArguments(name), ...INLINE, ...changed]);
  expect([0, 3], stderr).toContain(code);
  const { steps, commands } = manifest(name);
  for (const step of STEPS) expect(steps[step].end).toBeTruthy();
  expect(commands.at(-1)).toMatchObject({ status: 'done', exitCode: code });
  expect(damagedFiles(at(name))).toEqual([]);
}

describe('a run that is stopped', () => {
  test.concurrent.each(
    PLACES.flatMap(([step, there, long], i) => {
      const signals = step === 'probe' || step === 'train' ? SIGNALS : [SIGNALS[i % 2]];
      return signals.map(([signal, code, word]) => ({ step, there, long, signal, code, word }));
    }),
  )(
    'by $signal in $step ends with $code, leaves what can be read, and completes later',
    async ({ step, there, long, signal, code, word }) => {
      const name = `${step}-${signal}`;
      // Threads are stopped too; elsewhere starting them would take most of the time.
      const workers = step === 'probe' && signal === 'SIGTERM' ? '2' : '0';
      const started = startShaped([...runArguments(name, long), '--workers', workers]);
      await started.says(there);
      await underWay();
      const stop = Date.now();
      started.process.kill(signal);
      const ended = await started.ended;
      expect((Date.now() - stop) / 1000).toBeLessThan(PROMPT);
      expect([ended.code, ended.signal]).toEqual([code, null]);
      expect(ended.stderr).toMatch(new RegExp(`^${word}: finishing what was begun`, 'm'));
      expect(ended.stderr).toMatch(
        new RegExp(`^shaped run: ${word}\\. .*goes on from there\\.$`, 'm'),
      );
      expectReadableRun(name, ended);
      expect(manifest(name).commands.at(-1)).toMatchObject({
        status: 'interrupted',
        exitCode: code,
      });
      expect(manifest(name).steps[step].end).toBeUndefined();
      await expectCompletes(name);
    },
  );

  test('by a second Ctrl-C ends at once', async () => {
    const started = startShaped([...runArguments('twice', { 'probe.networks': 3_000 }), ...INLINE]);
    await started.says(/^shaped networks: \d+ to do$/m);
    await underWay();
    started.process.kill('SIGINT');
    await started.says(/^Interrupted: finishing/m);
    const stop = Date.now();
    started.process.kill('SIGINT');
    const ended = await started.ended;
    expect((Date.now() - stop) / 1000).toBeLessThan(1);
    expect([ended.code, ended.signal]).toEqual([130, null]);
    expectReadableRun('twice', ended);
  });

  test('as JSON says so in JSON', async () => {
    const args = [...runArguments('json', { 'probe.networks': 3_000 }), '--json', ...INLINE];
    const started = startShaped(args);
    mkdirSync(at('json'), { recursive: true });
    while (!filesBelow(at('json')).includes('manifest.json')) {
      await new Promise((wake) => setTimeout(wake, 20));
    }
    started.process.kill('SIGTERM');
    const { code, stdout, stderr } = await started.ended;
    expect([code, stdout]).toEqual([143, '']);
    expect(JSON.parse(stderr)).toMatchObject({ command: 'shaped run', exitCode: 143 });
  });

  test.concurrent.each([
    ['probe', /^shaped networks: \d+ to do$/m, { 'probe.networks': 3_000 }],
    ['train', /^training: \d+ to do$/m, { 'train.steps': 100_000 }],
  ] as const)(
    'by kill -9 in %s leaves no half-written file, and completes later',
    async (step, there, long) => {
      const name = `killed-${step}`;
      const started = startShaped([...runArguments(name, long), ...INLINE]);
      await started.says(there);
      await underWay();
      started.process.kill('SIGKILL');
      const { signal } = await started.ended;
      expect(signal).toBe('SIGKILL');
      expect(damagedFiles(at(name))).toEqual([]);
      expect(manifest(name).commands.at(-1)).toMatchObject({ status: 'running' });
      await expectCompletes(name);
      const [killed] = manifest(name).commands;
      if (step === 'train') expect(killed).toMatchObject({ status: 'interrupted' });
    },
  );
});
