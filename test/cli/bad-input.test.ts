import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { INLINE, sets, TINY } from '../support/config.ts';
import { expectReadableOutput } from '../support/messages.ts';
import { scratch } from '../support/scratch.ts';
import { shaped, type ShapedOptions } from '../support/shaped.ts';

/** The commands that take a configuration. */
const RUN_COMMANDS = ['run', 'probe', 'predict', 'check', 'advise', 'train', 'map'];

const at = scratch();

/** A bad command line: what it is, its words, what is said, and how it ends. */
interface Bad {
  what: string;
  args: () => string[];
  says: RegExp;
  code?: number;
  options?: () => ShapedOptions;
  /** The input is itself not a number, and the message says so. */
  echoes?: boolean;
}

function refuses(cases: readonly Bad[]): void {
  test.concurrent.each(cases.map((bad) => [bad.what, bad] as const))(
    '%s',
    async (_what, { args, says, code = 2, options, echoes = false }) => {
      const ended = await shaped(args(), options?.());
      if (!echoes) expectReadableOutput(ended);
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).not.toMatch(/unexpected; set SHAPED_DEBUG/);
      expect(ended.stderr.match(/^shaped[ \w]*: /gm)).toHaveLength(1);
      expect([ended.code, ended.stdout]).toEqual([code, '']);
    },
  );
}

/** `shaped <command>` on the smallest configuration, for a run that must not come about. */
const on = (command: string, ...more: string[]) => [
  ...[command, '-c', TINY, '-o', at('none'), ...INLINE],
  ...more,
];

beforeAll(() => {
  writeFileSync(at('empty.txt'), '');
  writeFileSync(at('blank.txt'), ' \n\t\n');
  writeFileSync(at('binary.txt'), Uint8Array.of(84, 104, 0, 1, 2));
  writeFileSync(at('latin1.txt'), Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x20));
  writeFileSync(at('short.txt'), 'too short');
  writeFileSync(at('poem.txt'), 'Two roads diverged in a yellow wood. '.repeat(30));
  writeFileSync(at('poem.yaml'), 'name: [unclosed');
  writeFileSync(at('list.yaml'), '- 1\n- 2\n');
  writeFileSync(at('binary.yaml'), Uint8Array.of(0, 1, 2, 255));
  mkdirSync(at('nothing-here'));
  mkdirSync(at('locked'), 0o500);
  mkdirSync(at('thesis'));
  writeFileSync(at('thesis', 'thesis.tex'), '');
  writeFileSync(at('file'), '');
});

describe('a wrong command line', () => {
  refuses([
    { what: 'no command', args: () => [], says: /Expected a command.*See shaped --help/ },
    {
      what: 'an unknown command, near a known one',
      args: () => ['trian'],
      says: /^shaped: unknown command trian\. Did you mean train\? See shaped --help\.\n$/,
    },
    {
      what: 'an unknown command, near none',
      args: () => ['zebra'],
      says: /^shaped: unknown command zebra\. Known: run, probe, predict, check, advise, train, map, sweep, report, tensorboard, data, backend, doctor\. See shaped --help\.\n$/,
    },
    ...RUN_COMMANDS.map((command) => ({
      what: `an unknown option of ${command}`,
      args: () => [command, '--seeed', '3'],
      says: new RegExp(`option or argument seeed\\. Did you mean --seed\\? See shaped ${command} `),
    })),
    {
      what: 'an option with two letters swapped',
      args: () => ['run', '--sede', '3'],
      says: /option or argument sede\. Did you mean --seed\?/,
    },
    {
      what: 'an unknown option of report',
      args: () => ['report', 'x', '--ot', 'y'],
      says: /Did you mean --out\?/,
    },
    {
      what: 'a word too many',
      args: () => ['run', 'quickstart'],
      says: /unknown option or argument quickstart\. See shaped run --help/,
    },
    {
      what: 'an option without its value',
      args: () => ['run', '--out'],
      says: /Not enough arguments following: (out|o)/,
    },
    {
      what: 'report without a run',
      args: () => ['report'],
      says: /Not enough non-option arguments: got 0, need at least 1/,
    },
    {
      what: 'tensorboard without a run',
      args: () => ['tensorboard'],
      says: /Not enough non-option arguments/,
    },
    {
      what: 'a port that is none',
      args: () => ['tensorboard', at('nothing-here'), '--port', '70000'],
      says: /--port: expected a whole number from 0 to 65535, got 70000/,
    },
    {
      what: 'a port that is no number',
      args: () => ['tensorboard', at('nothing-here'), '--port', 'http'],
      says: /--port: expected a whole number from 0 to 65535, got http/,
    },
  ]);
});

describe('a wrong configuration', () => {
  const set = (changes: Record<string, unknown>) => on('probe', ...sets(changes));
  refuses([
    {
      what: 'an unknown key, near a known one',
      args: () => set({ 'model.dpth': 3 }),
      says: /model\.dpth: .*Did you mean model\.depth\?/,
    },
    {
      what: 'a known key without its section',
      args: () => set({ depth: 3 }),
      says: /^ {2}depth: unknown key\. Did you mean model\.depth\?$/m,
    },
    {
      what: 'wrong types and values, all reported together',
      args: () =>
        set({
          'model.width': 'wide',
          'model.tokens': 2.5,
          'probe.networks': 1,
          seed: null,
          x: 1,
        }),
      says: /5 problems in the configuration\n(?=[^]*model\.width: expected a (?:whole )?number, got "wide")(?=[^]*model\.tokens: expected a whole number, got 2\.5)(?=[^]*probe\.networks: expected at least 2, got 1)(?=[^]*seed: expected)(?=[^]*x: )/,
    },
    {
      what: 'heads that do not divide the width',
      args: () => set({ 'model.heads': 3 }),
      says: /model\.heads: expected .*divi.*, got 3/,
    },
    {
      what: 'tau0 of zero',
      args: () => set({ 'model.tau0': 0 }),
      says: /model\.tau0: expected .*(above|greater|more) .*0, got 0/,
    },
    {
      what: 'a negative tau0',
      args: () => set({ 'model.tau0': -1 }),
      says: /model\.tau0: expected .*0, got -1/,
    },
    {
      what: 'gamma above 1',
      args: () => set({ 'model.gamma': 1.5 }),
      says: /model\.gamma: expected at most 1, got 1\.5/,
    },
    {
      what: 'more tokens than width',
      args: () => set({ 'model.tokens': 40, 'check.widths': [64, 128] }),
      says: /model\.(tokens|width): expected .*, got (40|16)/,
    },
    {
      what: 'a NaN',
      args: () => on('probe', '--set', 'model.gamma=.nan'),
      says: /model\.gamma: expected .*, got NaN/,
      echoes: true,
    },
    {
      what: 'an infinity',
      args: () => on('probe', '--set', 'model.cPlus=.inf'),
      says: /model\.cPlus: expected .*, got Infinity/,
    },
    {
      what: 'an unknown backend',
      args: () => on('probe', '--backend', 'webgl'),
      says: /backend: expected one of auto, tensorflow, wasm, cpu, got "webgl"/,
    },
    {
      what: 'an unknown backend in the environment',
      args: () => on('probe'),
      options: () => ({ env: { SHAPED_BACKEND: 'tpu' } }),
      says: /backend: expected one of auto, tensorflow, wasm, cpu, got "tpu"/,
    },
    {
      what: 'a negative seed',
      args: () => on('probe', '--seed', '-1'),
      says: /seed: expected at least 0, got -1/,
    },
    {
      what: 'a seed with a fraction',
      args: () => on('probe', '--seed', '1.5'),
      says: /seed: expected a whole number, got 1\.5/,
    },
    {
      what: 'an unknown negative control',
      args: () => on('check', '--negative-control', 'tau1'),
      says: /check\.negativeControl: expected one of none, centring, tau0, .*, got "tau1"/,
    },
    {
      what: 'widths that are none',
      args: () => on('check', '--widths', 'a,b'),
      says: /check\.widths/,
    },
    {
      what: 'a single width, which shows no trend',
      args: () => on('check', '--widths', '16'),
      says: /check\.widths: expected at least 2/,
    },
    {
      what: 'a baseline that does not exist',
      args: () => set({ 'probe.baselines': ['preNL'] }),
      says: /probe\.baselines.*: expected one of shaped, .*, got "preNL"/,
    },
    {
      what: 'more windows than networks',
      args: () => set({ 'probe.windows': 13 }),
      says: /probe\.windows: expected at most probe\.networks \(12\), got 13/,
    },
    {
      what: 'more warm-up than steps',
      args: () => on('train', ...sets({ 'train.warmup': 7 })),
      says: /train\.warmup: expected at most train\.steps \(6\), got 7/,
    },
    {
      what: '--set without a value',
      args: () => on('probe', '--set', 'model.depth'),
      says: /expected key=value/,
    },
    {
      what: 'a configuration that does not exist',
      args: () => ['probe', '-c', at('none.yaml'), '-o', at('none')],
      says: /none\.yaml.*(does not exist|ENOENT)|expected a readable YAML or JSON file/,
    },
    {
      what: 'a folder for a configuration',
      args: () => ['probe', '-c', at('nothing-here'), '-o', at('none')],
      says: /expected a readable YAML or JSON file.*EISDIR/,
    },
    {
      what: 'damaged YAML',
      args: () => ['probe', '-c', at('poem.yaml'), '-o', at('none')],
      says: /poem\.yaml.*syntax error/,
    },
    {
      what: 'YAML that is a list',
      args: () => ['probe', '-c', at('list.yaml'), '-o', at('none')],
      says: /expected .*(keys|sections|object|mapping)/,
    },
    {
      what: 'a binary configuration',
      args: () => ['probe', '-c', at('binary.yaml'), '-o', at('none')],
      says: /binary\.yaml/,
    },
  ]);

  test('is reported as JSON when asked', async () => {
    const { code, stdout, stderr } = await shaped(on('probe', '--seed', '-1', '--json'));
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toEqual({
      error: expect.stringMatching(/seed: expected at least 0, got -1/) as string,
      command: 'shaped probe',
      exitCode: 2,
    });
  });
});

describe('a wrong map', () => {
  const map = (...more: string[]) => on('map', ...more);
  refuses([
    {
      what: 'one parameter twice',
      args: () => map('-x', 'gamma:0:1:3', '-y', 'gamma:0:1:3'),
      says: /map\.y: expected another parameter than map\.x, got gamma twice/,
    },
    {
      what: 'axes and numbers out of range, all reported together',
      args: () => map('-x', 'gamma:0:2:3', '-y', 'tau0:1:0.5:3', '--paths', '3', '--stop-at', '-1'),
      says: /4 problems in the configuration\n(?=[^]*map\.x: expected gamma of at most 1)(?=[^]*map\.y: expected a first value below the last)(?=[^]*map\.paths: expected at least 16, got 3)(?=[^]*map\.stopAt: expected more than 1, got -1)/,
    },
    {
      what: 'an axis that is none',
      args: () => map('--x-axis', 'gamma'),
      says: /map\.x: expected parameter:first:last:cells, .*got "gamma"/,
    },
    {
      what: 'too many cells',
      args: () => map('-x', 'gamma:0:1:101', '-y', 'tau0:1:2:100'),
      says: /map\.x: expected at most 10000 cells, got 10100/,
    },
    {
      what: 'more tokens than width',
      args: () => map('-x', 'tokens:2:32:3', '-y', 'tau0:1:2:3'),
      says: /map\.x: in the cell tokens 17, tau0 1: expected width to be at least the number of tokens/,
    },
    {
      what: 'a block that the SDE does not know',
      args: () => map('-s', 'model.block=unshaped'),
      says: /map\.theory: expected block 'shaped', got 'unshaped'\..*Choose map\.theory chain/,
    },
    {
      what: 'LayerNorm with the chain',
      args: () =>
        map(
          '--theory',
          'chain',
          '-s',
          'model.block=preLN',
          '-x',
          'tau0:1:2:3',
          '-y',
          'heads:1:2:2',
        ),
      says: /map\.theory: expected norm 'rms' or 'none', got 'layer'/,
    },
    {
      what: 'a text that V0 should come from',
      args: () => map('--start', 'text', '-o', at('map-text'), '--data', at('empty.txt')),
      says: /empty\.txt.*empty/,
    },
    {
      what: 'more paths than memory holds',
      args: () => map('--paths', '100000000000', '-o', at('map-paths')),
      says: /expected work that fits into .* GiB \(half of the memory here\), got .* 100000000000 paths on 1 thread, .*Take fewer tokens, paths or --workers/,
    },
    {
      what: 'a wider network than memory holds, whose chain draws it',
      args: () => map('--theory', 'chain', '-s', 'model.width=100000000000', '-o', at('map-width')),
      says: /expected work that fits into .* GiB .*, got .* width 100000000000 /,
    },
  ]);

  test('leaves no directory, so that the corrected command has it', async () => {
    const { code } = await shaped(map('--paths', '100000000000', '-o', at('map-refused')));
    expect(code).toBe(2);
    expect(existsSync(at('map-refused'))).toBe(false);
  });
});

describe('a wrong question to advise', () => {
  const advise = (...more: string[]) => ['advise', '--tokens', '3', '--width', '16', ...more];
  refuses([
    {
      what: 'numbers out of range, all reported together',
      args: () => advise('--gamma', '1.1', '--tau0', '0', '--depth', '0', '--level', '0'),
      says: /4 problems in the configuration\n(?=[^]*model\.gamma: expected at most 1, got 1\.1)(?=[^]*model\.tau0: expected more than 0, got 0)(?=[^]*model\.depth: expected more than 0, got 0)(?=[^]*advise\.level: expected more than 0, got 0)/,
    },
    {
      what: 'more tokens than width',
      args: () => advise('--tokens', '17'),
      says: /model\.width: expected at least the number of tokens \(17\), got 16/,
    },
    {
      what: 'one token, which collapses with none',
      args: () => advise('--tokens', '1'),
      says: /model\.tokens: expected at least 2, got 1/,
    },
    {
      what: 'fewer networks than show anything',
      args: () => advise('--paths', '256'),
      says: /advise\.paths: expected at least 299, got 256/,
    },
    {
      what: 'a wider network than memory holds',
      args: () => advise('--width', '100000000000'),
      says: /expected work that fits into .* GiB .*, got 3 tokens simulated and width 100000000000 /,
    },
    {
      what: 'more tokens than the time allows',
      args: () => advise('--tokens', '2048', '--simulate-tokens', '2048', '--width', '4096'),
      says: /expected work of at most advise\.minutes \(15\), got about .*2048 tokens simulated/,
    },
    {
      what: 'a folder that may not be written, before the work',
      args: () => advise('-o', '/dev/null/advice'),
      says: /--out: Cannot write \/dev\/null\/advice \(ENOTDIR\)/,
    },
  ]);
});

describe('wrong text', () => {
  const cases: [string, string, RegExp][] = [
    ['that does not exist', 'nowhere.txt', /data\.corpus: .*nowhere\.txt.*does not exist/],
    ['that is empty', 'empty.txt', /empty\.txt.*empty/],
    [
      'that is blank',
      'blank.txt',
      /blank\.txt.*(empty|blank|no text|white)|expected at least \d+ tokens/,
    ],
    ['that is binary', 'binary.txt', /binary\.txt.*NUL byte at offset 2/],
    ['in another encoding', 'latin1.txt', /latin1\.txt.*not UTF-8/],
    [
      'in an empty folder',
      'nothing-here',
      /nothing-here: a folder without files\. Name a file or folder/,
    ],
    ['that is too short', 'short.txt', /expected at least \d+ tokens.*got 2/],
  ];
  refuses(
    cases.map(([what, name, says], i) => ({
      what,
      // Every command reads text the same way: they take turns.
      args: () =>
        on(['probe', 'train', 'check'][i % 3], '-o', at(`text-${name}`), '--data', at(name)),
      says,
    })),
  );
});

describe('a wrong place', () => {
  refuses([
    ...['run', 'train'].map((command) => ({
      what: `other files where ${command} should write`,
      args: () => on(command, '-o', at('thesis')),
      says: /--out: expected a new or empty directory, got .*thesis, which holds other files/,
    })),
    {
      what: 'a place below a file',
      args: () => on('run', '-o', at('file', 'run')),
      says: /--out: Cannot write .*\(ENOTDIR\)/,
    },
    {
      what: 'a file',
      args: () => on('run', '-o', at('file')),
      says: /--out: Cannot write .*file.*\(EEXIST|--out: Cannot write .*\(ENOTDIR\)/,
    },
    {
      what: 'a name longer than a file system allows',
      args: () => on('run', '-o', at('x'.repeat(300))),
      says: /--out: Cannot write .*\(ENAMETOOLONG\)/,
    },
    {
      what: 'a folder that may not be written',
      // Permissions do not bind the superuser; the system's own folders do.
      args: () => on('run', '-o', process.getuid?.() === 0 ? '/sys/shaped' : at('locked', 'run')),
      says: /--out: Cannot write .*\((EACCES|EPERM|EROFS)\)\. No permission: choose another --out/,
    },
    {
      what: 'report on a folder that is no run',
      args: () => ['report', at('nothing-here')],
      says: /^shaped report: expected a run directory .*nothing-here\. Make one with: shaped run/,
    },
    {
      what: 'tensorboard on a folder that is no run',
      args: () => ['tensorboard', at('nothing-here')],
      says: /^shaped tensorboard: expected a run directory/,
    },
  ]);

  test('leaves what was there alone, --fresh too', async () => {
    const { code } = await shaped(on('run', '-o', at('thesis'), '--fresh'));
    expect(code).toBe(2);
    expect(readdirSync(at('thesis'))).toEqual(['thesis.tex']);
    expect(existsSync(at('none', 'probe'))).toBe(false);
  });
});

describe('a run directory', () => {
  const small = sets({
    'probe.networks': 4,
    'probe.gradients': 0,
    'probe.baselines': [],
    'data.tokenizer': 'bytes',
  });
  beforeAll(async () => {
    for (const name of ['made', 'damaged', 'used']) {
      const text = ['--data', at('poem.txt')];
      const { code, stderr } = await shaped(on('probe', '-o', at(name), ...text, ...small));
      expect(code, stderr).toBe(0);
    }
    const { code, stderr } = await shaped(['predict', '-o', at('damaged'), ...INLINE]);
    expect(code, stderr).toBe(0);
    writeFileSync(at('damaged', 'probe', 'shaped', 'layers.jsonl'), '{"network":0,\nhalf a li');
    writeFileSync(at('used', '.lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
  });

  refuses([
    {
      what: 'made for another model',
      args: () => ['probe', '-o', at('made'), ...sets({ 'model.depth': 7 })],
      says: /holds a run with another configuration \(model\.depth 6 → 7\).*--fresh/,
    },
    {
      what: 'made with another seed',
      args: () => ['check', '-o', at('made'), '--seed', '9'],
      says: /another configuration \(seed 0 → 9\)/,
    },
    {
      what: 'that another process uses',
      args: () => ['predict', '-o', at('used')],
      says: new RegExp(`used is in use by process ${process.pid} on .*Wait for it`),
    },
    {
      what: 'whose records are damaged',
      args: () => ['report', at('damaged')],
      says: /layers\.jsonl: line 1 is not JSON\. Make the file again/,
      code: 1,
    },
    {
      what: 'with a TensorBoard that is not there',
      args: () => ['tensorboard', at('made'), '--port', '0'],
      options: () => ({ env: { SHAPED_TENSORBOARD: at('nothing-here') } }),
      says: /SHAPED_TENSORBOARD.*nothing-here/,
      code: 1,
    },
    {
      what: 'opened by a program that SHAPED_TENSORBOARD names wrongly',
      args: () => ['tensorboard', at('made')],
      options: () => ({ env: { SHAPED_TENSORBOARD: at('nothing-here') } }),
      says: /expected SHAPED_TENSORBOARD to name a program, got ".*", which is not one/,
      code: 1,
    },
  ]);
});
