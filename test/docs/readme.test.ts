import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryFiles, ROOT } from '../support/repository.ts';
import { json } from '../support/run-files.ts';
import { shaped } from '../support/shaped.ts';
import { anchors, codeBlocks, commandLines, markdownFiles, prose, readText } from './markdown.ts';

/** A layer example is read at a glance. */
const GLANCE = 12;

/** What comes before the words of a `shaped` command line. */
const SHAPED = /^(?:npx shaped|npm run shaped --|shaped|node \S*bin\/shaped\.js)(?: +(.*))?$/;

describe('README.md', () => {
  test('shows a layer in about ten lines of JavaScript, which run as they stand', () => {
    const examples = codeBlocks(readText('README.md'), 'js');
    expect(examples.length).toBeGreaterThan(0);
    for (const code of examples) {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
        ...{ cwd: ROOT, input: code, encoding: 'utf8' },
      });
      expect(status, stderr).toBe(0);
      expect(stdout).not.toMatch(/NaN|undefined/);
    }
    const layer = examples.find((code) => code.includes("from '@shaped/attention'"));
    expect(layer?.trimEnd().split('\n').length).toBeLessThanOrEqual(GLANCE);
    expect(layer).toMatch(/new ShapedAttention\(|new TransformerBlock\(|shapedAttention\(/);
  });

  test('names the two commands that start and test everything', () => {
    const lines = commandLines(readText('README.md'));
    expect(lines).toEqual(expect.arrayContaining(['npm start', 'npm test']));
  });
});

/** Every documented `shaped` command line, with where it stands. */
function documented(): [where: string, words: string][] {
  const pages = markdownFiles().flatMap((path) =>
    commandLines(readText(path)).map((line) => [path, line] as const),
  );
  const configs = repositoryFiles()
    .filter((path) => /^configs\/.*\.yaml$/.test(path))
    .flatMap((path) =>
      [...readText(path).matchAll(/^# {3}(shaped .*)$/gm)].map(([, line]) => [path, line] as const),
    );
  return [...pages, ...configs].flatMap(([path, line]) => {
    const match = SHAPED.exec(line);
    return match === null ? [] : [[path, match[1] ?? '']];
  });
}

describe('a documented command', () => {
  const helps = new Map<string, Promise<string>>();
  const help = (...words: string[]) => {
    const key = words.join(' ');
    const text = helps.get(key) ?? shaped([...words, '--help']).then(({ stdout }) => stdout);
    helps.set(key, text);
    return text;
  };

  test('exists, with its options, keys and files', async () => {
    const lines = documented();
    expect(lines.length).toBeGreaterThan(0);
    const reference = readText('docs/configuration.md');
    const problems: string[] = [];
    for (const [where, line] of lines) {
      const problem = (what: string) => problems.push(`${where}: shaped ${line}: ${what}`);
      const [command, ...words] = line.split(/ +/);
      if (command.startsWith('-')) continue;
      const text = await help(command);
      if (!text.startsWith(`shaped ${command}`)) problem('no such command');
      for (const [i, word] of words.entries()) {
        const [, name] = /^(--?[\w-]+)/.exec(word) ?? [];
        if (name !== undefined && !new RegExp(`^ .*${name}\\b`, 'm').test(text)) {
          problem(`no option ${name}`);
        }
        const previous = words[i - 1];
        if (previous === '--set' || previous === '-s') {
          const key = word.split('=')[0].replace(/^.*\./, '');
          if (!reference.includes(key)) problem(`no key ${key}`);
        }
        const config = previous === '--config' || previous === '-c';
        if (config && word.startsWith('configs/') && !existsSync(ROOT + word)) {
          problem(`no file ${word}`);
        }
      }
    }
    expect(problems).toEqual([]);
  });

  test('of npm is a script, and of node a file', () => {
    const scriptsOf = (workspace: string) =>
      json<{ scripts: Record<string, string> }>(`${ROOT}${workspace}/package.json`).scripts;
    const problems = markdownFiles().flatMap((path) =>
      commandLines(readText(path)).flatMap((line) => {
        const script = /^npm (?:run )?(start|test|(?<=run )[\w:-]+)/.exec(line)?.[1];
        const workspace = / -w (\S+)/.exec(line)?.[1] ?? '.';
        const file = /^node (?!-)(\S+)/.exec(line)?.[1];
        const here = (name: string) =>
          [ROOT, `${ROOT}${dirname(path)}/`].some((at) => existsSync(at + name));
        return [
          ...(script !== undefined && !(script in scriptsOf(workspace))
            ? [`${path}: no script ${script}`]
            : []),
          ...(file !== undefined && !here(file) ? [`${path}: no file ${file}`] : []),
        ];
      }),
    );
    expect(problems).toEqual([]);
  });
});

test('every relative link of a Markdown file leads to a file and a heading', () => {
  const links = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|(?:src|href)="([^"]+)"/g;
  const problems = markdownFiles().flatMap((path) => {
    const targets = [...prose(readText(path)).matchAll(links)].map(([, a, b]) => a ?? b);
    return targets
      .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
      .flatMap((target) => {
        const [file, anchor] = decodeURI(target).split('#');
        const full = file === '' ? path : normalize(join(dirname(path), file));
        if (full.startsWith('..') || !existsSync(ROOT + full)) return [`${path}: ${target}`];
        if (anchor === undefined || !full.endsWith('.md')) return [];
        return anchors(readText(full)).has(anchor) ? [] : [`${path}: no heading ${target}`];
      });
  });
  expect(problems).toEqual([]);
});
