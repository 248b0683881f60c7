import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memoryStreams } from '../progress/testing/memory-streams.js';
import { readManifest, RunDirectory } from '../run/index.js';
import { main } from './main.js';

const COMMANDS = [
  'run',
  'probe',
  'predict',
  'check',
  'advise',
  'train',
  'map',
  'report',
  'tensorboard',
  'data',
  'backend',
  'doctor',
];
/** The smallest real run: one network after the other, in this thread. */
const SMALL = [
  ...['model.tokens=3', 'model.width=8', 'model.depth=2', 'model.heads=2', 'check.widths=[8,12]'],
  ...['probe.networks=4', 'probe.windows=2', 'probe.gradients=1', 'probe.baselines=[]'],
  ...['predict.sdePaths=16', 'predict.chainPaths=16', 'workers=0', 'data.tokenizer=bytes'],
].flatMap((set) => ['--set', set]);

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

async function shaped(...argv: string[]) {
  return shapedIn({}, ...argv);
}

async function shapedIn(env: NodeJS.ProcessEnv, ...argv: string[]) {
  const streams = memoryStreams();
  const code = await main(argv, streams, env);
  return { code, out: streams.out(), err: streams.err() };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-cli-'));
  writeFileSync(
    at('poem.txt'),
    'Two roads diverged in a yellow wood, and sorry I could not. '.repeat(9),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => rmSync(at('run'), { recursive: true, force: true }));

describe('shaped --help', () => {
  it('names every command', async () => {
    const { code, out, err } = await shaped('--help');
    expect([code, err]).toEqual([0, '']);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  shaped ${command}\\b`, 'm'));
    expect(out).toContain('Exit codes: 0 done or PASS');
  });

  it.each(COMMANDS)(
    'shaped %s --help shows options and examples within 100 columns',
    async (name) => {
      const { code, out } = await shaped(name, '--help');
      expect(code).toBe(0);
      expect(out).toContain('Examples:');
      expect(out).toContain('--json');
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    },
  );

  it('follows the columns of standard output, within what reads well', async () => {
    const widest = async (stdout: number | undefined, stderr: number) => {
      const streams = memoryStreams();
      Object.assign(streams.stdout, { columns: stdout });
      Object.assign(streams.stderr, { columns: stderr });
      expect(await main(['check', '--help'], streams, {})).toBe(0);
      return Math.max(
        ...streams
          .out()
          .split('\n')
          .map(({ length }) => length),
      );
    };
    expect(await widest(80, 300)).toBe(80);
    expect(await widest(90, 70)).toBe(90);
    expect(await widest(300, 70)).toBe(100);
    expect(await widest(undefined, 70)).toBe(100);
    expect(await widest(0, 70)).toBe(100);
    expect(await widest(20, 300)).toBe(60);
  });

  it.each([80, 100])('breaks no example and parts no exit code at %i columns', async (columns) => {
    for (const command of [undefined, ...COMMANDS]) {
      const streams = memoryStreams();
      Object.assign(streams.stdout, { columns });
      await main([...(command ? [command] : []), '--help'], streams, {});
      const out = streams.out();
      const examples = /^Examples:\n((?: .*\n)+)/m.exec(out)?.[1].trimEnd().split('\n') ?? [];
      expect(examples.length).toBeGreaterThan(0);
      // A command, two spaces or more, and what it does: nothing goes on in a second line.
      for (const line of examples) expect(line).toMatch(/^ {2}shaped( \S+)+ {2,}\S.*$/);
      const codes = out.split('\n').filter((line) => /^(Exit codes:|\d)/.test(line));
      for (const line of codes) expect(line).toMatch(/[,.]$/);
    }
  });

  it('prints the version', async () => {
    expect(await shaped('--version')).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  });
});

describe('a wrong command line', () => {
  it.each<[string[], RegExp]>([
    [['prob'], /^shaped: unknown command prob\. Did you mean probe\? See shaped --help\.\n$/],
    [['zebra'], /^shaped: unknown command zebra\. Known: run, probe, /],
    [[], /^shaped: Expected a command/],
    [
      ['probe', '--seeed', '1'],
      /^shaped: unknown option or argument seeed\. Did you mean --seed\?/,
    ],
    [['probe', '--sede', '1'], /argument sede\. Did you mean --seed\?/],
    [['probe', '--fersh'], /Did you mean --fresh\? See shaped probe --help/],
    [['probe', 'extra'], /unknown option or argument extra\./],
    [['probe', '--config'], /Not enough arguments following: (config|c)/],
    [['report'], /^shaped: Not enough non-option arguments.*See shaped report --help/],
    [['tensorboard', 'x', '--port', 'http'], /--port: expected a whole number.*got http/],
    [['report', 'nowhere'], /^shaped report: expected a run directory.*Make one with: shaped run/],
    [['tensorboard', 'nowhere'], /^shaped tensorboard: expected a run directory/],
  ])('%j has one message and exit code 2', async (argv, message) => {
    const { code, out, err } = await shaped(...argv);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toMatch(/^ +at /m);
  });
});

describe('a wrong configuration or text', () => {
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(at(name), content);
    return at(name);
  };
  const cases: [string, () => string[], RegExp][] = [
    [
      'unknown keys, all together',
      () => ['-c', write('a.yaml', 'sead: 1\nmodel: {dpth: 2}')],
      /2 problems in the configuration\n.*Did you mean model\.depth\?\n.*Did you mean seed\?/,
    ],
    [
      'a key without its section',
      () => ['--set', 'depth=3'],
      /^ {2}depth: unknown key\. Did you mean model\.depth\?\n$/m,
    ],
    ['damaged YAML', () => ['-c', write('b.yaml', 'model: [')], /syntax error\. Correct it/],
    ['no such file', () => ['-c', at('none.yaml')], /expected a readable YAML or JSON file/],
    ['a folder as file', () => ['-c', folder], /\(EISDIR\)/],
    ['a bad --set', () => ['--set', 'model.depth'], /expected key=value/],
    ['a bad --seed', () => ['--seed', 'x'], /seed: expected a number, got "x"/],
    ['a negative --seed', () => ['--seed', '-1'], /seed: expected at least 0, got -1/],
    ['a bad --workers', () => ['--workers', '1.5'], /workers: expected a whole number, got 1\.5/],
    [
      'a bad --backend',
      () => ['--backend', 'gpu'],
      /backend: expected one of auto, tensorflow, wasm, cpu, got "gpu"/,
    ],
    ['a bad name', () => ['--set', 'name=../x'], /name: expected letters, digits/],
    ['a missing text', () => ['--data', at('none.txt')], /does not exist/],
    ['an empty text', () => ['--data', write('empty.txt', '')], /it is empty/],
    [
      'a binary text',
      () => ['--data', write('x.bin', Uint8Array.of(1, 0))],
      /a NUL byte at offset 1/,
    ],
    ['a text in Latin-1', () => ['--data', write('l.txt', Uint8Array.of(0xe9, 32))], /not UTF-8/],
    [
      'a short text',
      () => ['--data', write('short.txt', 'four')],
      /at least 4 tokens for 2 windows of 3|got 4/,
    ],
  ];
  it.each(cases)('%s: one message, exit code 2', async (name, argv, message) => {
    const sets = name === 'a short text' ? ['--set', 'probe.windows=3'] : [];
    const { code, out, err } = await shaped('probe', ...SMALL, '-o', at('run'), ...argv(), ...sets);
    expect(err).toMatch(message);
    expect(err).toMatch(/shaped probe: /);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toMatch(/^ +at /m);
  });

  it('says so as JSON when asked', async () => {
    const { code, err } = await shaped('probe', '--seed', 'x', '--json');
    expect(JSON.parse(err)).toMatchObject({ command: 'shaped probe', exitCode: 2 });
    expect(code).toBe(2);
  });
});

describe('a wrong place for the run', () => {
  it('is one with other files, below a file, or in use', async () => {
    mkdirSync(at('mine'));
    writeFileSync(at('mine/thesis.tex'), '');
    for (const [out, message] of [
      [at('mine'), /expected a new or empty directory/],
      [at('poem.txt/run'), /^shaped probe: --out: Cannot write .*ENOTDIR/],
    ] as const) {
      const { code, err } = await shaped('probe', ...SMALL, '-o', out);
      expect(err).toMatch(message);
      expect(code).toBe(2);
    }
    expect(readdirSync(at('mine'))).toEqual(['thesis.tex']);
  });
});

describe('shaped probe and predict', () => {
  it('make a run directory that later commands find and do not make again', async () => {
    const first = await shaped('probe', ...SMALL, '--data', at('poem.txt'), '-o', at('run'));
    expect(first.code, first.err).toBe(0);
    expect(first.err).toContain('backend: wasm with SIMD');
    const run = RunDirectory.open(at('run'));
    const manifest = readManifest(run);
    expect(manifest.backend).toMatchObject({ name: 'wasm', simd: true });
    expect(manifest.corpus).toMatchObject({ name: at('poem.txt') });
    expect(manifest.corpus?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(manifest.commands).toMatchObject([{ command: 'probe', status: 'done', exitCode: 0 }]);
    expect(existsSync(at('run/.lock'))).toBe(false);

    const again = await shaped('probe', '-o', at('run'));
    expect(again.err).toContain('probe: complete already');
    expect(again).toMatchObject({ code: 0, out: first.out });

    const predicted = await shaped('predict', '-o', at('run'), '--json');
    expect(predicted.code, predicted.err).toBe(0);
    const lines = predicted.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines.length).toBeGreaterThan(0);

    const other = await shaped('probe', '-o', at('run'), '--seed', '7');
    expect(other.code).toBe(2);
    expect(other.err).toMatch(/another configuration \(seed 0 → 7\)/);
  });

  it('notice that the text changed under the same name', async () => {
    const poem = at('changing.txt');
    writeFileSync(poem, readFileSync(at('poem.txt')));
    const argv = ['probe', ...SMALL, '--data', poem, '-o', at('run')];
    await shaped(...argv);
    writeFileSync(poem, 'Nothing gold can stay, nor green. '.repeat(9));
    const again = await shaped(...argv);
    expect(again.code, again.err).toBe(0);
    expect(again.err).not.toContain('complete already');
  });

  it('take the backend from the option, else --set, else SHAPED_BACKEND, else the file', async () => {
    const backendOf = async (env: NodeJS.ProcessEnv, ...argv: string[]) => {
      rmSync(at('run'), { recursive: true, force: true });
      const data = ['--data', at('poem.txt')];
      const { code, err } = await shapedIn(
        env,
        'probe',
        ...SMALL,
        ...data,
        '-o',
        at('run'),
        ...argv,
      );
      expect(code, err).toBe(0);
      return readManifest(RunDirectory.open(at('run'))).backend?.name;
    };
    expect(await backendOf({ SHAPED_BACKEND: 'cpu' })).toBe('cpu');
    expect(await backendOf({ SHAPED_BACKEND: 'cpu' }, '--set', 'backend=wasm')).toBe('wasm');
    expect(await backendOf({ SHAPED_BACKEND: 'wasm' }, '--backend', 'cpu')).toBe('cpu');
    const { code, err } = await shapedIn({ SHAPED_BACKEND: 'gpu' }, 'probe', '-o', at('none'));
    expect([code, existsSync(at('none'))]).toEqual([2, false]);
    expect(err).toContain('backend: expected one of auto, tensorflow, wasm, cpu, got "gpu"');
  });

  it('need no networks for a prediction, and name the command to run first elsewhere', async () => {
    const { code, err } = await shaped(
      'predict',
      ...SMALL,
      '--data',
      at('poem.txt'),
      '-o',
      at('run'),
    );
    expect(code, err).toBe(0);
    const report = await shaped('report', at('run'));
    expect(report.code).toBe(2);
    expect(report.err).toMatch(
      /got neither probe nor train nor map\. Make it first: shaped run --out/,
    );
    const logs = await shaped('tensorboard', at('run'));
    expect(logs.code).toBe(2);
    expect(logs.err).toMatch(/expected logs in .*tensorboard, got none/);
  });

  it('leave a readable directory when interrupted, and go on from there', async () => {
    const argv = ['probe', ...SMALL, '--data', at('poem.txt'), '-o', at('run')];
    const streams = memoryStreams();
    const running = main([...argv, '--set', 'probe.networks=4000'], streams, {});
    while (!streams.err().includes('networks')) await new Promise((r) => setTimeout(r, 5));
    process.emit('SIGINT', 'SIGINT');
    expect(await running).toBe(130);
    expect(streams.err()).toMatch(/shaped probe: Interrupted\. What is complete is kept/);
    const run = RunDirectory.open(at('run'));
    expect(readManifest(run).commands).toMatchObject([{ status: 'interrupted', exitCode: 130 }]);
    expect(readManifest(run).steps.probe?.end).toBeUndefined();
    expect(run.has('.lock')).toBe(false);
  });

  it('keep a negative control apart from the right network', async () => {
    const { err } = await shaped('check', '--negative-control', 'none-of-them');
    expect(err).toMatch(/check\.negativeControl: expected one of none, centring, tau0/);
  });
});
