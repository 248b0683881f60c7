import { describe, expect, test } from 'vitest';
import { shaped } from '../support/shaped.ts';

const COLUMNS = 100;
const COMMANDS = [
  'run',
  'probe',
  'predict',
  'check',
  'advise',
  'train',
  'map',
  'sweep',
  'report',
  'tensorboard',
  'doctor',
];

async function help(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await shaped(args);
  expect([code, stderr]).toEqual([0, '']);
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(COLUMNS);
  return stdout;
}

/** The long options that a help text lists. */
const optionsOf = (text: string) =>
  [...text.matchAll(/^ +(?:-\w, +)?--([\w-]+) /gm)].map(([, name]) => name);

/** The numbers after `Exit codes:`, to the end of the text. */
const exitCodesOf = (text: string) => {
  const [, codes] = /^Exit codes: ([^]*)$/m.exec(text) ?? [];
  return [...(codes ?? '').matchAll(/\b\d+\b/g)].map(([code]) => Number(code));
};

describe('shaped --help', () => {
  test('names every command in one line, the exit codes, and comes at once', async () => {
    const text = await help('--help');
    expect(text).toMatch(/^shaped <command>\n\n[A-Z].*\.\n/);
    for (const command of COMMANDS) {
      expect(text).toMatch(new RegExp(`^  shaped ${command}( \\S+)* {2,}[A-Z].*$`, 'm'));
    }
    expect(exitCodesOf(text)).toEqual([0, 1, 2, 3, 130, 143]);
    for (const example of [
      'shaped run',
      'shaped check --negative-control tau0',
      'shaped run -c my.yaml --data notes/',
    ]) {
      expect(text).toMatch(new RegExp(`^Examples:\\n(  .*\\n)*  ${example} {2,}\\w`, 'm'));
    }
  });

  test('is what -h prints, and what no command is asked to read', async () => {
    expect(await help('-h')).toBe(await help('--help'));
    const { code, stdout, stderr } = await shaped([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('shaped --help');
  });
});

describe.each(COMMANDS)('shaped %s --help', (command) => {
  test('shows usage, what it does, its options, and examples that it understands', async () => {
    const text = await help(command, '--help');
    expect(text).toMatch(new RegExp(`^shaped ${command}( [<[]\\S+[>\\]])?\\n\\n[A-Z].*\\.\\n`));
    const options = optionsOf(text);
    expect(options).toEqual(expect.arrayContaining(['quiet', 'json', 'help', 'version']));
    expect(new Set(options).size).toBe(options.length);
    // Every option says what it does.
    for (const option of options) expect(text).toMatch(new RegExp(`--${option} +[A-Zt]\\w+`));
    // What yargs says of an empty list or of a placeholder is no default.
    expect(text).not.toMatch(/\[default: (\[\]|none)\]/);
    const examples = text.slice(text.indexOf('Examples:\n')).split('\n').slice(1);
    const lines = examples.filter((line) => line.startsWith('  shaped '));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(new RegExp(`^  shaped ${command}\\b`));
      const used = [...line.matchAll(/ --([\w-]+)/g)].map(([, name]) => name);
      expect(options).toEqual(expect.arrayContaining(used));
    }
  });
});

describe('the help of a command', () => {
  test.each([
    ['run', [0, 1, 2, 3, 130, 143]],
    ['check', [0, 1, 2, 3, 130, 143]],
    ['advise', [0, 1, 2, 3, 130, 143]],
    ['sweep', [0, 1, 2, 3, 130, 143]],
    ['doctor', [0, 1, 2, 130, 143]],
  ])('%s says its exit codes', async (command, codes) => {
    expect(exitCodesOf(await help(command, '--help'))).toEqual(codes);
  });

  test.each(['report', 'tensorboard'])('%s lists positionals before options', async (command) => {
    const groups = [...(await help(command, '--help')).matchAll(/^(\w+):$/gm)];
    expect(groups.map(([, name]) => name).slice(0, 2)).toEqual(['Positionals', 'Output']);
  });
});
