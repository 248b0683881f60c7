import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectReadableOutput } from '../support/messages.ts';
import { damagedFiles, filesBelow } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped } from '../support/shaped.ts';
import {
  allGone,
  BASE,
  expectSameNumbers,
  isThere,
  numbersOf,
  outcomes,
  runningJob,
  startSweep,
  sweep,
  sweepFile,
  TWELVE,
} from './sweep-files.ts';

const at = scratch();

/** Few enough to be made several times. */
const FOUR = { ...TWELVE, name: 'four', grid: { 'model.gamma': [0.2, 0.9] } };

/** Jobs long enough to be stopped in. */
const LONG = {
  ...{ name: 'long', command: 'probe', config: BASE },
  grid: { 'probe.networks': [30_000, 30_001, 30_002] },
};

let four: string;
let long: string;
beforeAll(async () => {
  four = sweepFile(at('four.yaml'), FOUR);
  long = sweepFile(at('long.yaml'), LONG);
  const { code, stderr } = await sweep(four, at('one'), ['--jobs', '1']);
  expect(code, stderr).toBe(0);
});

describe('a sweep on local processes', () => {
  test('leaves run directories, tables and a page, and is quick again', async () => {
    const ended = await sweep(four, at('one'));
    expectReadableOutput(ended);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('4 jobs, 4 done already');
    expect(ended.stdout).toMatch(/^\| gamma \| jobs \| sde\.correlationMean +\| chain\.corr/);
    expect(filesBelow(at('one', 'configs'))).toEqual(
      [0.2, 0.9].flatMap((g) => [0, 1].map((seed) => `gamma=${g}_seed=${seed}.yaml`)),
    );
    for (const job of ['gamma=0.2_seed=0', 'gamma=0.9_seed=1']) {
      expect(damagedFiles(at('one', 'jobs', job))).toEqual([]);
    }
    const csv = readFileSync(at('one', 'summary.csv'), 'utf8').trimEnd().split('\n');
    expect(csv).toHaveLength(5);
    expect(csv[0]).toMatch(/^job,state,model\.gamma,seed,sde\./);
    expect(readFileSync(at('one', 'report.html'), 'utf8')).toContain('<figure id="sde-');
    const asJson = await sweep(four, at('one'), ['--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ exitCode: 0, failed: [], name: 'four' });
    const page = await shaped(['report', at('one'), '-o', at('again.html')]);
    expect(page.code, page.stderr).toBe(0);
    expect(readFileSync(at('again.html'), 'utf8')).toBe(
      readFileSync(at('one', 'report.html'), 'utf8'),
    );
  });

  test('gives the same bytes in any order and for any number of jobs at once', async () => {
    const reversed = { ...FOUR, grid: { 'model.gamma': [0.9, 0.2] } };
    const two = await sweep(sweepFile(at('reversed.yaml'), reversed), at('two'), ['-j', '2']);
    expect(two.code, two.stderr).toBe(0);
    expect(numbersOf(at('two'))).toEqual(numbersOf(at('one')));
  });

  test('makes what a changed file adds, and nothing else', async () => {
    const before = numbersOf(at('two'));
    const more = sweepFile(at('more.yaml'), {
      ...FOUR,
      // Another key, at its default for the jobs that are done.
      grid: { 'model.gamma': [0.2, 0.9, 0.5], 'model.tau0': [1] },
      seeds: 1,
    });
    const dry = await sweep(more, at('two'), ['--dry-run', '--json']);
    expect(
      (JSON.parse(dry.stdout) as { jobs: object[] }).jobs.map((job) => ({ ...job, settings: 0 })),
    ).toEqual([
      { job: 'gamma=0.2_seed=0', state: 'done', settings: 0 },
      { job: 'gamma=0.9_seed=0', state: 'done', settings: 0 },
      { job: 'gamma=0.5_tau0=1_seed=0', state: 'to do', settings: 0 },
    ]);
    const { code, stderr } = await sweep(more, at('two'));
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('3 jobs, 2 done already');
    const after = numbersOf(at('two'));
    for (const [path, bytes] of before) expect(after.get(path) === bytes, path).toBe(true);
  });

  test('shows a job that fails when it does, goes on, and says which is left', async () => {
    const file = sweepFile(at('failing.yaml'), {
      ...{ name: 'failing', command: 'probe', config: BASE },
      // A slope that float32 cannot hold.
      grid: { 'model.cPlus': [1e40, 0.1] },
    });
    const ended = await sweep(file, at('failing'), ['-j', '1']);
    expectReadableOutput(ended);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(
      /warning: job cPlus=1e\+40 failed: .*activation is not finite[^]*log: .*cPlus=1e\+40\.log/,
    );
    expect(readFileSync(at('failing', 'logs', 'cPlus=1e+40.log'), 'utf8')).toContain('not finite');
    expect(ended.stdout).toMatch(/^Jobs: +1 of 2 done/m);
    expect(readFileSync(at('failing', 'report.html'), 'utf8')).toContain(
      'activation is not finite',
    );
    const fast = await sweep(file, at('fast'), ['-j', '1', '--fail-fast']);
    expect(fast.code).toBe(3);
    expect(filesBelow(at('fast', 'outcomes'))).toEqual(['cPlus=1e+40.json']);
  });

  test('trains, with the losses in the table and in TensorBoard', async () => {
    const train = { steps: 2, batch: 2, warmup: 0, metricsEvery: 2, evaluateEvery: 2 };
    const file = sweepFile(at('train.yaml'), {
      ...{ name: 'train', command: 'train', config: { ...BASE, train } },
      zip: { 'train.learningRate': [0.001, 0.01], 'train.steps': [2, 3] },
    });
    const { code, stdout, stderr } = await sweep(file, at('train'));
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^\| train\.learningRate \| train\.steps \| jobs \| train\.valid/);
    expect(
      filesBelow(at('train', 'tensorboard')).map((path) => path.replace(/events.*/, '')),
    ).toEqual(expect.arrayContaining(['', 'train.learningRate=0.001_train.steps=2/']));
  });
});

describe('a sweep that is stopped', () => {
  test('by kill -9 of one job says so, and makes it at the next call', async () => {
    const file = sweepFile(at('killed.yaml'), FOUR);
    const started = startSweep(file, at('killed'), ['-j', '2']);
    const [victim, { pid }] = await runningJob(at('killed'));
    process.kill(pid, 'SIGKILL');
    const ended = await started.ended;
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toContain(`warning: job ${victim} was killed by SIGKILL`);
    const again = await sweep(file, at('killed'));
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toContain('4 jobs, 3 done already');
    expectSameNumbers(at('one'), at('killed'));
  });

  test('begins a killed job again by itself, where asked to', async () => {
    const started = startSweep(four, at('retried'), ['-j', '2', '--retries', '1']);
    const [, { pid }] = await runningJob(at('retried'));
    process.kill(pid, 'SIGKILL');
    const ended = await started.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expectSameNumbers(at('one'), at('retried'));
  });

  test.each([
    ['SIGINT', 130, 'Interrupted'],
    ['SIGTERM', 143, 'Terminated'],
  ] as const)('by %s ends with %i, stops its jobs, and can go on', async (signal, code, word) => {
    const out = at(signal);
    const started = startSweep(long, out, ['-j', '2']);
    const [first] = await runningJob(out);
    await runningJob(out, [first]);
    started.process.kill(signal);
    const ended = await started.ended;
    expectReadableOutput(ended);
    expect([ended.code, ended.signal]).toEqual([code, null]);
    expect(ended.stderr).toMatch(new RegExp(`^shaped sweep: ${word}\\. .*goes on from there`, 'm'));
    expect([...outcomes(out).values()].filter(({ pid }) => isThere(pid))).toEqual([]);
    const begun = existsSync(at(signal, 'jobs')) ? readdirSync(at(signal, 'jobs')) : [];
    for (const job of begun) expect(damagedFiles(at(signal, 'jobs', job))).toEqual([]);
    const dry = await sweep(long, out, ['--dry-run']);
    expect(dry.stdout).toMatch(/^3 jobs of shaped probe in .*, 3 to do\n/);
  });

  test('by kill -9 of itself leaves no process behind, and can go on', async () => {
    const started = startSweep(long, at('orphans'), ['-j', '2']);
    const [first] = await runningJob(at('orphans'));
    await runningJob(at('orphans'), [first]);
    started.process.kill('SIGKILL');
    await started.ended;
    await allGone(at('orphans'));
    const again = await sweep(four, at('orphans'), ['-j', '2']);
    expect(again.code, again.stderr).toBe(0);
    expectSameNumbers(at('one'), at('orphans'));
  });

  test('by nobody keeps a second one out', async () => {
    const started = startSweep(long, at('busy'), ['-j', '1']);
    await runningJob(at('busy'));
    const second = await sweep(long, at('busy'));
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/is in use by process \d+/);
    started.process.kill('SIGTERM');
    await started.ended;
  });
});

describe('a wrong sweep starts nothing:', () => {
  let files = 0;
  const file = (changes: object) => sweepFile(at(`wrong-${++files}.yaml`), { ...FOUR, ...changes });
  beforeAll(() => {
    mkdirSync(at('thesis'));
    writeFileSync(at('thesis', 'thesis.tex'), '');
  });
  const cases: [what: string, args: () => string[], says: RegExp][] = [
    [
      'all problems of all configurations together',
      () => [file({ grid: { 'model.gama': [1], 'model.tau0': [-1, 1], 'model.heads': [1, 3] } })],
      /3 problems in the configurations of 8 jobs\n(?=[^]*model\.gama: unknown key\. Did you mean model\.gamma\?\n)(?=[^]*model\.tau0: expected more than 0, got -1\. \(gama=1_heads=1_tau0=-1_seed=0, .* and 1 more\))(?=[^]*model\.heads: expected .*, got 3)/,
    ],
    [
      'an unknown command',
      () => [file({ command: 'trian' })],
      /command: expected one of .*, got "trian"\. Did you mean train\?/,
    ],
    ['an unknown key', () => [file({ gird: {} })], /gird: unknown key\. Did you mean grid\?/],
    [
      'lists of two lengths',
      () => [file({ zip: { 'model.tau0': [1, 2], 'model.depth': [3] } })],
      /zip: expected lists of one length, got model\.tau0 2, model\.depth 1/,
    ],
    [
      'a key in two places, and seeds twice',
      () => [file({ list: [{ 'model.gamma': 1, seed: 3 }] })],
      /2 problems[^]*list\.model\.gamma: the key stands in grid too[^]*list\.seed: seeds are given too/,
    ],
    [
      'equal jobs',
      () => [file({ grid: { 'model.gamma': [0.1, 0.1] }, seeds: 1 })],
      /gamma=0\.1_seed=0: it stands twice\. Remove one/,
    ],
    ['a grid without values', () => ['--grid', 'model.gamma'], /--grid: expected key=values/],
    ['no command', () => ['--seeds', '2'], /command: expected one of .*, got nothing/],
    ['nothing that varies', () => ['--command', 'probe'], /neither grid, zip, list nor seeds/],
    ['no such file', () => [at('nowhere.yaml')], /expected a readable sweep file.*ENOENT/],
    ['no such launcher', () => [four, '--launcher', 'cloud'], /expected local or slurm, got cloud/],
    ['no number of jobs', () => [four, '-j', '0'], /--jobs: expected a whole number of at least 1/],
    [
      'no such metric',
      () => [four, '--metric', 'train.validationLos'],
      /metrics\.0: expected the name of a metric.*Did you mean train\.validationLoss\?/,
    ],
    [
      'a folder with other things',
      () => [four, '-o', at('thesis')],
      /--out: expected a new or empty directory, or that of a sweep/,
    ],
  ];
  test.concurrent.each(cases)('%s', async (_what, args, says) => {
    const words = args();
    const out = words.includes('-o') ? [] : ['-o', at('none')];
    const ended = await shaped(['sweep', ...words, ...out]);
    expectReadableOutput(ended);
    expect(ended.stderr).toMatch(says);
    expect(ended.stderr).not.toMatch(/unexpected; set SHAPED_DEBUG/);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
  });

  test('nothing was made', () => {
    expect(existsSync(at('none'))).toBe(false);
    expect(filesBelow(at('thesis'))).toEqual(['thesis.tex']);
  });
});
