import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/repository.ts';
import { scratch } from '../support/scratch.ts';
import { viteBuild } from '../support/vite.ts';
import { entryPoints, installArchives, LICENSE, PACKAGES, packAll, type Packed } from './pack.ts';

const at = scratch();
let packed: Packed[];
const find = (folder: Packed['folder']) => packed.filter((own) => own.folder === folder);

/** Runs an ES module in a project; its standard output, or the failure with what it wrote. */
function runModule(project: string, code: string): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', code],
    { cwd: project, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

beforeAll(() => {
  packed = packAll(at('archives'));
  installArchives(at('project'), packed);
  writeFileSync(at('project', 'package.json'), JSON.stringify({ type: 'module', private: true }));
});

describe.each(PACKAGES)('the archive of packages/%s', (folder) => {
  test('holds the build, a README and the licence, and no tests or sources', () => {
    const [{ files, manifest }] = find(folder);
    expect(files).toContain('README.md');
    expect(files).toContain('LICENSE');
    expect(files).toContain('dist/index.js');
    const own = (path: string) =>
      /^(dist\/|bin\/|assets\/|package\.json$|README\.md$|LICENSE$)/.test(path);
    expect(files.filter((path) => !own(path))).toEqual([]);
    expect(files.filter((path) => /\.test\.|\/testing\/|tsbuildinfo/.test(path))).toEqual([]);
    const target = at('project', 'node_modules', manifest.name);
    expect(readFileSync(join(target, 'LICENSE'), 'utf8')).toBe(LICENSE);
    for (const path of Object.values(manifest.bin ?? {})) {
      expect(existsSync(join(target, path))).toBe(true);
    }
    for (const { types, default: main } of Object.values(manifest.exports)) {
      expect([types, main].filter((path) => !existsSync(join(target, path)))).toEqual([]);
    }
  });

  test('holds nothing of files that are no more', () => {
    const built = find(folder)[0].files.filter((path) => /^dist\/.*\.js$/.test(path));
    const gone = built.filter(
      (path) =>
        !existsSync(
          `${ROOT}packages/${folder}/${path.replace(/^dist/, 'src').replace(/js$/, 'ts')}`,
        ),
    );
    expect(gone).toEqual([]);
  });
});

describe('a project with the archives installed', () => {
  test('imports every entry point in plain Node', () => {
    const entries = entryPoints(packed);
    expect(entries.length).toBeGreaterThanOrEqual(PACKAGES.length);
    const code = entries
      .map(
        ({ name }) =>
          `console.log(JSON.stringify([${JSON.stringify(name)}, Object.keys(await import(${JSON.stringify(name)})).length]));`,
      )
      .join('\n');
    const lines = runModule(at('project'), code).trimEnd().split('\n');
    const counts = lines.map((line) => JSON.parse(line) as [string, number]);
    expect(counts.map(([name]) => name)).toEqual(entries.map(({ name }) => name));
    // A module that exports nothing is of no use to anyone; a program has no other use than to run.
    const programs = entries.filter(({ program }) => program).map(({ name }) => name);
    expect(programs).toEqual(['@shaped/sde/worker']);
    expect(counts.filter(([, count]) => count === 0).map(([name]) => name)).toEqual(programs);
  });

  test('runs the command', () => {
    const bin = at('project', 'node_modules', '@shaped', 'harness', 'bin', 'shaped.js');
    const version = execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' });
    expect(version.trim()).toBe(find('harness')[0].manifest.version);
    const text = at('project', 'text.txt');
    writeFileSync(text, 'Two roads diverged in a yellow wood. '.repeat(20));
    const sets = ['model.width=8', 'model.tokens=3', 'model.depth=2', 'probe.networks=4'];
    execFileSync(
      process.execPath,
      [
        ...[bin, 'probe', '--quiet', '--workers', '2', '--data', text, '-o', at('project', 'run')],
        ...[...sets, 'probe.windows=2', 'probe.baselines=[]', 'data.tokenizer=bytes'].flatMap(
          (set) => ['--set', set],
        ),
      ],
      { encoding: 'utf8' },
    );
    expect(existsSync(at('project', 'run', 'probe', 'shaped', 'V.npy'))).toBe(true);
  });

  test.each([
    ['nodenext', 'NodeNext', 'NodeNext'],
    ['a bundler', 'ESNext', 'Bundler'],
  ])('finds the types under %s resolution', (name, module, moduleResolution) => {
    const folder = at('project', module);
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { keyFromSeed, Stream } from '@shaped/random';
import { architecture, simulate, type Ensemble } from '@shaped/sde';
import { ShapedAttention, shapedAttention } from '@shaped/attention';
import { TensorBoardWriter } from '@shaped/harness/tensorboard';
const arch = architecture({ block: 'shaped', tokens: 2, width: 8, depth: 4 });
const V0 = Float64Array.of(1, 0, 0, 1);
export const paths: Promise<Ensemble> = simulate({ arch, solver: 'eulerMaruyama', V0, time: 1, steps: 4, paths: 2, seed: 1 });
export const draw: number = new Stream(keyFromSeed(1), 0, 0).normal();
export const layer = new ShapedAttention({ numHeads: 2, keyDim: 4 });
// @ts-expect-error: the types are there, so that a wrong option is an error
export const wrong = new ShapedAttention({ numHeads: 'two' });
export const used = [shapedAttention, TensorBoardWriter];
`,
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...{ module, moduleResolution, target: 'ES2022', strict: true, noEmit: true },
          // TensorFlow.js's own declarations do not compile under strict checks.
          ...{ skipLibCheck: true, types: [] },
        },
        include: ['consumer.ts'],
      }),
    );
    const { status, stdout } = spawnSync(
      process.execPath,
      [`${ROOT}node_modules/typescript/bin/tsc`, '-p', folder],
      { encoding: 'utf8' },
    );
    expect([name, status, stdout]).toEqual([name, 0, '']);
  });
});

test('@shaped/sde works where TensorFlow.js is not installed', () => {
  const bare = at('bare');
  installArchives(bare, [...find('random'), ...find('sde')]);
  writeFileSync(join(bare, 'package.json'), '{"type":"module"}');
  expect(existsSync(join(bare, 'node_modules', '@tensorflow'))).toBe(false);
  const printed = runModule(
    bare,
    `import { architecture, mlpSde, simulateChain } from '@shaped/sde';
     const arch = architecture({ block: 'shaped', attention: 'none', tokens: 2, width: 8, depth: 4 });
     const V0 = Float64Array.of(1, 0, 0, 1);
     const { paths } = await simulateChain({ arch, V0, paths: 9, batch: 2, seed: 1, workers: 2 });
     console.log(mlpSde(arch).drift(V0).length, paths);`,
  );
  expect(printed).toBe('4 9\n');
});

describe('a bundler that imports one function of @shaped/attention', () => {
  /** The bundle of an entry module, TensorFlow.js left outside. */
  async function bundle(code: string): Promise<string> {
    writeFileSync(at('project', 'entry.js'), code);
    const [chunk] = await viteBuild(at('project'), {
      lib: { entry: 'entry.js', formats: ['es'] },
      rollupOptions: { external: [/^@tensorflow\//] },
    });
    return chunk.code;
  }

  test('leaves the layers out', async () => {
    const small = await bundle("export { shapedAttention } from '@shaped/attention';");
    const whole = await bundle("export * from '@shaped/attention';");
    expect(small.includes('function shapedAttention(')).toBe(true);
    const layers = ['ShapedAttention', 'ShapedReLU', 'ShapedMLP', 'TransformerBlock', 'RMSNorm'];
    const holds = (code: string) =>
      layers.filter((name) => new RegExp(`className = ["']${name}["']`).test(code));
    expect(holds(whole)).toEqual(layers);
    expect(holds(small)).toEqual([]);
    // Nor what layers are made of.
    expect(small.includes('registerClass(')).toBe(false);
    expect(small.match(/^import .*/gm)).toEqual(['import * as tf from "@tensorflow/tfjs-core";']);
    expect(small.length).toBeLessThan(whole.length / 3);
  });
});
