import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.js';
import { EXIT } from '../failure.js';
import {
  beginCommand,
  beginStep,
  completeStep,
  endCommand,
  isComplete,
  lockRun,
  readManifest,
  RunDirectory,
  stepDigest,
} from './index.js';
import { processStart } from './process-state.js';

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const config = (raw: object = {}) => configSchema.parse(raw);
const usage = (message: RegExp) =>
  expect.objectContaining({
    exitCode: EXIT.usage,
    message: expect.stringMatching(message) as string,
  }) as Error;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shaped-run-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('RunDirectory', () => {
  it('keeps the configuration it was made with', () => {
    const made = RunDirectory.create(at('new/run'), config({ model: { depth: 7 } }));
    expect(RunDirectory.open(made.root).config()).toEqual(config({ model: { depth: 7 } }));
  });

  it('is used again by the same run, whatever its workers, predictions and checks', () => {
    RunDirectory.create(at('run'), config());
    const later = config({ workers: 3, predict: { sdePaths: 64 }, check: { alpha: 0.05 } });
    expect(RunDirectory.create(at('run'), later).config()).toEqual(later);
  });

  it('refuses other settings for a training that is kept, and changes no file', () => {
    const run = RunDirectory.create(at('run'), config());
    const other = config({ train: { steps: 70, batch: 3 } });
    expect(RunDirectory.create(at('run'), other).keepsTraining()).toBe(false);
    mkdirSync(run.path('train/checkpoints/step_000100'), { recursive: true });
    for (const again of [1, 2]) {
      expect(() => RunDirectory.create(at('run'), config()), String(again)).toThrow(
        usage(/keeps a training with other settings \(train\.steps 70 → 160, train\.batch 3 → 8\)/),
      );
    }
    expect(run.config()).toEqual(other);
    const kept = config({ train: { steps: 70, batch: 3, keepCheckpoints: 9, checkpointEvery: 1 } });
    expect(RunDirectory.create(at('run'), kept).config()).toEqual(kept);
    rmSync(run.path('train'), { recursive: true });
    RunDirectory.create(at('run'), config());
    run.writeJson({}, 'train', 'summary.json');
    expect(() => RunDirectory.create(at('run'), other)).toThrow(usage(/keeps a training/));
    const unlock = lockRun(run);
    RunDirectory.create(at('run'), other, { fresh: true });
    expect(readdirSync(run.root).sort()).toEqual(['.lock', 'config.yaml']);
    unlock();
  });

  it.each<[object, RegExp]>([
    [{ model: { depth: 50 } }, /another configuration \(model\.depth 100 → 50\)/],
    [{ seed: 1, probe: { windows: 2 } }, /\(seed 0 → 1, probe\.windows 8 → 2\)/],
    [{ check: { negativeControl: 'tau0' } }, /negativeControl "none" → "tau0"/],
    [{ model: { headWidth: 16 } }, /model\.headWidth default → 16/],
  ])('refuses another run, naming what differs: %j', (raw, message) => {
    RunDirectory.create(at('run'), config());
    expect(() => RunDirectory.create(at('run'), config(raw))).toThrow(usage(message));
  });

  it('starts over when asked, and touches nothing but a run', () => {
    const run = RunDirectory.create(at('run'), config());
    run.writeJson({}, 'probe', 'x.json');
    run.writeJson({}, 'mine.json');
    expect(() => RunDirectory.create(run.root, config({ seed: 1 }), { fresh: true })).toThrow(
      usage(/holds other files/),
    );
    rmSync(run.path('mine.json'));
    const fresh = RunDirectory.create(run.root, config({ seed: 1 }), { fresh: true });
    expect(readdirSync(fresh.root)).toEqual(['config.yaml']);
    mkdirSync(at('photos'));
    writeFileSync(at('photos/a.jpg'), '');
    expect(() => RunDirectory.create(at('photos'), config(), { fresh: true })).toThrow(
      usage(/expected a new or empty directory/),
    );
    expect(readdirSync(at('photos'))).toEqual(['a.jpg']);
  });

  it('goes again where nothing came of it, and stays where something did or was there before', () => {
    const path = at('a', 'refused');
    const refused = RunDirectory.create(path, config());
    const unlock = lockRun(refused);
    beginCommand(refused, 'map', []);
    expect(refused.removeIfUnused()).toBe(true);
    unlock();
    expect(existsSync(path)).toBe(false);

    mkdirSync(path);
    expect(RunDirectory.create(path, config()).removeIfUnused()).toBe(true);
    expect(readdirSync(path)).toEqual([]);

    const used = RunDirectory.create(path, config());
    used.writeJson({}, 'predict', 'bands.json');
    expect(used.removeIfUnused()).toBe(false);
    expect(readdirSync(path).sort()).toEqual(['config.yaml', 'predict']);
    expect(RunDirectory.create(path, config()).removeIfUnused()).toBe(false);
  });

  it('refuses a place that cannot be written', () => {
    writeFileSync(at('file'), '');
    expect(() => RunDirectory.create(at('file/run'), config())).toThrow(
      usage(/^--out: Cannot write .*\((ENOTDIR|EEXIST)\)/),
    );
    expect(() => RunDirectory.create(at('file'), config())).toThrow(usage(/^--out: Cannot write/));
  });

  it('opens run directories only', () => {
    expect(() => RunDirectory.open(at('nothing'))).toThrow(
      usage(/expected a run directory \(with config\.yaml\).*shaped run --out/),
    );
  });

  it('says which file is damaged or missing', () => {
    const run = RunDirectory.create(at('run'), config());
    writeFileSync(run.path('verdict.json'), '{"a":');
    expect(() => run.readJson('verdict.json')).toThrow(/verdict\.json: expected JSON, got damaged/);
    expect(() => run.readJson('none.json')).toThrow(/Cannot read .*none\.json \(ENOENT\)/);
  });
});

describe('the manifest', () => {
  it('records each command with machine and versions, start, end and status', () => {
    const run = RunDirectory.create(at('run'), config({ seed: 5 }));
    beginCommand(run, 'probe', ['probe', '-o', 'x']);
    const running = readManifest(run);
    expect(running).toMatchObject({ format: 1, seed: 5, steps: {} });
    expect(running.commands[0]).toMatchObject({
      command: 'probe',
      arguments: ['probe', '-o', 'x'],
      status: 'running',
      versions: { node: process.versions.node, tfjs: '4.22.0' },
    });
    expect(running.commands[0].machine.cores).toBeGreaterThan(0);
    expect(running.commands[0].end).toBeUndefined();
    endCommand(run, { status: 'done', exitCode: 0 });
    const [done] = readManifest(run).commands;
    expect(done).toMatchObject({ status: 'done', exitCode: 0 });
    expect(Date.parse(done.end!)).toBeGreaterThanOrEqual(Date.parse(done.start));
  });

  it('marks a command that was killed as interrupted when the next one starts', () => {
    const run = RunDirectory.create(at('run'), config());
    beginCommand(run, 'probe', []);
    beginCommand(run, 'probe', []);
    endCommand(run, { status: 'failed', exitCode: 1, message: 'why' });
    expect(readManifest(run).commands).toMatchObject([
      { status: 'interrupted', message: 'Ended without notice.' },
      { status: 'failed', exitCode: 1, message: 'why' },
    ]);
  });

  it('knows a step as complete only for the same digest and only after its end', () => {
    const run = RunDirectory.create(at('run'), config());
    beginStep(run, 'check', 'one');
    expect(isComplete(run, 'check', 'one')).toBe(false);
    completeStep(run, 'check', 'PASS');
    expect(isComplete(run, 'check', 'one')).toBe(true);
    expect(isComplete(run, 'check', 'two')).toBe(false);
    expect(readManifest(run).steps.check).toMatchObject({ outcome: 'PASS' });
  });

  it('keeps what an interrupted step left, and removes what is out of date', () => {
    const run = RunDirectory.create(at('run'), config());
    for (const step of ['probe', 'predict', 'train'] as const) {
      beginStep(run, step, 'one');
      run.writeJson({}, step, 'x.json');
      completeStep(run, step);
    }
    beginStep(run, 'predict', 'one');
    expect(run.has('predict', 'x.json')).toBe(true);
    completeStep(run, 'predict');
    beginStep(run, 'probe', 'two');
    expect(run.has('probe', 'x.json')).toBe(false);
    expect(run.has('predict', 'x.json')).toBe(false);
    expect(isComplete(run, 'predict', 'one')).toBe(false);
    expect(isComplete(run, 'train', 'one')).toBe(true);
  });
});

describe('stepDigest', () => {
  const base = config();
  const changed = (raw: object) =>
    (['probe', 'predict', 'check', 'train', 'map', 'report'] as const).filter(
      (step) => stepDigest(step, config(raw)) !== stepDigest(step, base),
    );

  it('changes with what a step depends on, and with nothing else', () => {
    expect(changed({})).toEqual([]);
    expect(changed({ workers: 2, name: 'other' })).toEqual([]);
    expect(changed({ seed: 1 })).toEqual([
      ...['probe', 'predict', 'check', 'train', 'map', 'report'],
    ]);
    expect(changed({ probe: { networks: 50 } })).toEqual(['probe', 'predict', 'check', 'report']);
    expect(changed({ predict: { stopAt: 9 } })).toEqual(['predict', 'check', 'report']);
    expect(changed({ check: { alpha: 0.1 } })).toEqual(['check', 'report']);
    expect(changed({ train: { steps: 20 } })).toEqual(['train', 'report']);
    expect(changed({ map: { paths: 32 } })).toEqual(['map']);
    expect(changed({ backend: 'cpu' })).not.toContain('map');
  });

  it('of a map changes with the text where V0 is that of the text', () => {
    const data = { data: { positions: false } };
    expect(changed(data)).not.toContain('map');
    const text = config({ map: { start: 'text' } });
    const other = config({ map: { start: 'text' }, ...data });
    expect(stepDigest('map', text)).not.toBe(stepDigest('map', other));
  });

  it('changes with the text under the same name', () => {
    expect(stepDigest('probe', base, 'a')).not.toBe(stepDigest('probe', base, 'b'));
  });
});

describe('lockRun', () => {
  it('refuses a directory that a living process uses, until that lets go', () => {
    const run = RunDirectory.create(at('run'), config());
    const unlock = lockRun(run);
    expect(() => lockRun(run)).toThrow(usage(new RegExp(`in use by process ${process.pid} on`)));
    unlock();
    lockRun(run)();
    expect(run.has('.lock')).toBe(false);
  });

  it('takes over from a killed process whose number another one has by now', () => {
    const run = RunDirectory.create(at('run'), config());
    const start = processStart(process.pid);
    const lock = (owner: object) =>
      writeFileSync(run.path('.lock'), JSON.stringify({ host: hostname(), ...owner }));
    const pid = process.ppid;
    lock({ pid, start: processStart(pid) });
    expect(() => lockRun(run)).toThrow(usage(new RegExp(`in use by process ${pid} on`)));
    if (start === undefined) return; // The system does not say when processes started.
    lock({ pid, start: `${start.split(' ')[0]} 1` });
    lockRun(run)();
    lock({ pid, start: `another-boot ${processStart(pid)!.split(' ')[1]}` });
    lockRun(run)();
    expect(readdirSync(run.root)).toEqual(['config.yaml']);
  });

  it('takes over from a killed process that nobody has taken note of', async () => {
    if (processStart(process.pid) === undefined) return; // The system does not say.
    const run = RunDirectory.create(at('run'), config());
    // The shell becomes a program that never asks what became of its child.
    const parent = spawn('sh', ['-c', 'sleep 30 & echo $!; exec sleep 30']);
    try {
      const [said] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(said.toString());
      const owner = { pid, host: hostname(), start: processStart(pid) };
      writeFileSync(run.path('.lock'), JSON.stringify(owner));
      expect(() => lockRun(run)).toThrow(usage(new RegExp(`in use by process ${pid} on`)));
      process.kill(pid, 'SIGKILL');
      lockRun(run)();
      expect(process.kill(pid, 0)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('lets go of its own lock only', () => {
    const run = RunDirectory.create(at('run'), config());
    const unlock = lockRun(run);
    writeFileSync(run.path('.lock'), 'of another');
    unlock();
    expect(readFileSync(run.path('.lock'), 'utf8')).toBe('of another');
  });

  it('takes over from a process that was killed, and from a damaged lock', () => {
    const run = RunDirectory.create(at('run'), config());
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(run.path('.lock'), JSON.stringify({ pid, host: hostname() }));
    const unlock = lockRun(run);
    expect(JSON.parse(readFileSync(run.path('.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    unlock();
    writeFileSync(run.path('.lock'), '');
    lockRun(run)();
  });

  it('never takes over from another machine, whose processes it cannot see', () => {
    const run = RunDirectory.create(at('run'), config());
    writeFileSync(run.path('.lock'), JSON.stringify({ pid: 1, host: 'elsewhere' }));
    expect(() => lockRun(run)).toThrow(usage(/process 1 on elsewhere.*remove .*\.lock/));
  });
});
