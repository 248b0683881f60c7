import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { codeBlocks, readText } from '../docs/markdown.ts';
import { ROOT } from '../support/repository.ts';
import { scratch } from '../support/scratch.ts';

const at = scratch();
const cache = inject('tensorflow')?.cache;
const SMOKE = fileURLToPath(new URL('smoke.mjs', import.meta.url));

interface Node {
  version: string;
  program: string;
}

/** Where tools/node/install.mjs installs others, each from the npm package for this machine. */
const NODES = `${ROOT}.cache/nodes`;
const PROGRAM = `node_modules/node-${process.platform}-${process.arch}/bin/node`;

/** The Node that runs the tests, and those. */
const nodes: Node[] = [
  { version: process.versions.node, program: process.execPath },
  ...(existsSync(NODES) ? readdirSync(NODES) : [])
    .map((version) => ({ version, program: `${NODES}/${version}/${PROGRAM}` }))
    .filter(({ program }) => existsSync(program)),
];

test.skipIf(cache === undefined)('the example of the README runs as it stands', () => {
  const example = codeBlocks(readText('packages/harness/README.md'), 'js').find((code) =>
    code.includes('loadTensorflow'),
  );
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    ...{ cwd: `${ROOT}test`, input: example, encoding: 'utf8' },
    env: { ...process.env, SHAPED_CACHE: cache },
  });
  expect([stdout, stderr]).toEqual(['tensorflow 2.21.0 false\n', '']);
});

describe.skipIf(cache === undefined).each(nodes)('on Node $version', ({ version, program }) => {
  const environment = { ...process.env, SHAPED_CACHE: cache };
  const run = (...args: string[]) =>
    spawnSync(program, args, { encoding: 'utf8', env: environment, cwd: `${ROOT}test` });

  test('a program trains on TensorFlow, and nothing is printed', () => {
    const { status, stdout, stderr } = run(SMOKE, at(`model-${version}`));
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ node: version, backend: 'tensorflow', falls: true, same: true },
    });
  });

  test('doctor finds it', () => {
    const { stdout } = run(`${ROOT}packages/harness/bin/shaped.js`, 'doctor', '--json');
    const { findings } = JSON.parse(stdout) as {
      findings: { name: string; status: string; detail: string }[];
    };
    const named = (name: string) => findings.find((finding) => finding.name === name);
    expect(named('backend tensorflow')).toMatchObject({ status: 'ok' });
    expect(named('backend')?.detail).toBe('auto takes tensorflow: installed, and the fastest');
  });
});
