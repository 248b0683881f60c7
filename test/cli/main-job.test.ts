import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '@shaped/harness/tensorboard';
import { beforeAll, describe, expect, test } from 'vitest';
import { INLINE, TINY } from '../support/config.ts';
import { expectReadableOutput } from '../support/messages.ts';
import { damagedFiles, filesBelow, json, jsonl, npy } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped, type Ended } from '../support/shaped.ts';

/** What configs/tiny.yaml asks for. */
const [TOKENS, DEPTH, HEADS, NETWORKS, BASELINE_NETWORKS, GRADIENTS] = [4, 6, 2, 12, 4, 2];
const PATHS = 128;
const BLOCKS = { shaped: NETWORKS, preLN: BASELINE_NETWORKS, unshaped: BASELINE_NETWORKS };
/** Of a mean of float64 numbers near 1. */
const ROUNDING = 1e-14;
const STEPS = ['probe', 'predict', 'check', 'train', 'report'];

const at = scratch();
const run = (...more: string[]) =>
  shaped(['run', '-c', TINY, '-o', 'results/tiny', ...INLINE, ...more], { cwd: at() });
const inside = (...names: string[]) => at('results', 'tiny', ...names);
const verdicts: Record<number, string> = { 0: 'PASS', 3: 'INCONCLUSIVE' };

let first: Ended;
beforeAll(async () => {
  first = await run();
});

describe('shaped run -c configs/tiny.yaml, from another directory,', () => {
  test('ends with the verdict, where everything is and how to open it', () => {
    expectReadableOutput(first);
    // Twelve networks of width 16 decide nothing, but nothing may be refuted either.
    expect([0, 3], first.stderr).toContain(first.code);
    expect(first.stdout.trimEnd().split('\n').slice(-4)).toEqual([
      `Verdict: ${verdicts[first.code ?? -1]}`,
      `Report:  ${inside('report.html')}  (open it in a browser)`,
      `Logs:    ${inside('tensorboard')}  (open them: shaped tensorboard results/tiny)`,
      `Numbers: ${inside()}  (JSON Lines and .npy)`,
    ]);
  });

  test('prints results on standard output, progress on standard error', () => {
    for (const block of Object.keys(BLOCKS)) {
      expect(first.stdout).toMatch(
        new RegExp(`^${block}: mean correlation -?\\d\\.\\d{3} at layer ${DEPTH} `, 'm'),
      );
      expect(first.stderr).toMatch(new RegExp(`^${block} networks: \\d+ to do$`, 'm'));
    }
    expect(first.stdout).toMatch(/^network against exact chain: /m);
    expect(first.stdout).toMatch(/^exact chain against SDE: /m);
    expect(first.stdout).not.toMatch(/ to do$| done in |^backend: /m);
    expect(first.stderr).toMatch(/^backend: wasm with SIMD \(.+\)$/m);
    expect(first.stderr).not.toMatch(/mean correlation -?\d|Verdict/);
  });

  test('leaves a run directory whose every file is complete', () => {
    expect(damagedFiles(inside())).toEqual([]);
    const files = filesBelow(inside());
    expect(files.filter((path) => path.endsWith('.tmp') || path.includes('.lock'))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'check/residuals.jsonl',
        'check/verdict.json',
        'config.yaml',
        'manifest.json',
        ...['sde', 'chain'].flatMap((theory) =>
          ['bands.jsonl', 'final.npy', 'metrics.npy', 'prediction.json', 'stopped.npy'].map(
            (name) => `predict/${theory}/${name}`,
          ),
        ),
        ...Object.keys(BLOCKS).flatMap((block) =>
          ['V.npy', 'gradients.jsonl', 'layers.jsonl', 'probe.json'].map(
            (name) => `probe/${block}/${name}`,
          ),
        ),
        'report.html',
        ...STEPS.map((step) => `results/${step}.jsonl`),
      ]),
    );
    expect(files.filter((path) => path.startsWith('train/'))).not.toEqual([]);
  });

  test('records every step as complete, with versions, machine, text and backend', () => {
    const manifest = json<{
      commands: { command: string; status: string; exitCode: number; arguments: string[] }[];
      steps: Record<string, { end: string; outcome?: string }>;
      corpus: { name: string; sha256: string };
      backend: { name: string };
    }>(inside('manifest.json'));
    expect(Object.keys(manifest.steps).sort()).toEqual([...STEPS].sort());
    for (const step of STEPS) expect(Date.parse(manifest.steps[step].end)).toBeGreaterThan(0);
    expect(manifest.commands[0]).toMatchObject({
      command: 'run',
      status: 'done',
      exitCode: first.code,
      versions: { node: process.versions.node },
      machine: { cores: expect.any(Number) as number },
    });
    expect(manifest.corpus.name).toBe('sotu');
    expect(manifest.corpus.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(manifest.backend.name).toBe('wasm');
  });

  test('keeps a covariance matrix of every layer of every network', () => {
    for (const [block, networks] of Object.entries(BLOCKS)) {
      const { shape, data } = npy(inside('probe', block, 'V.npy'));
      expect(shape).toEqual([networks, DEPTH + 1, TOKENS, TOKENS]);
      expect(data.every(Number.isFinite)).toBe(true);
      for (let i = 0; i < data.length; i += TOKENS * TOKENS) {
        for (let a = 0; a < TOKENS; a++) {
          expect(data[i + a * (TOKENS + 1)]).toBeGreaterThan(0);
          for (let b = 0; b < a; b++) {
            expect(data[i + a * TOKENS + b]).toBe(data[i + b * TOKENS + a]);
          }
        }
      }
      const layers = jsonl<{ network: number; layer: number }>(
        inside('probe', block, 'layers.jsonl'),
      );
      expect(layers).toHaveLength(networks * (DEPTH + 1));
      expect(new Set(layers.map((x) => `${x.network} ${x.layer}`)).size).toBe(layers.length);
      expect(jsonl(inside('probe', block, 'gradients.jsonl'))).toHaveLength(GRADIENTS * DEPTH);
    }
    // Without an output projection the heads' slices of V are part of the state.
    expect(npy(inside('probe', 'shaped', 'slices.npy')).shape).toEqual([
      NETWORKS,
      DEPTH + 1,
      HEADS,
      TOKENS,
      TOKENS,
    ]);
  });

  test('keeps what theory predicts from the same V0', () => {
    const starts = jsonl<{ layer: number; metrics: Record<string, number> }>(
      inside('probe', 'shaped', 'layers.jsonl'),
    ).filter(({ layer }) => layer === 0);
    const measured = starts.map(({ metrics }) => metrics['normMean']);
    for (const theory of ['sde', 'chain']) {
      const record = json<{ layers: number[]; metrics: string[]; paths: number }>(
        inside('predict', theory, 'prediction.json'),
      );
      expect(record.paths).toBe(PATHS);
      const metrics = npy(inside('predict', theory, 'metrics.npy'));
      expect(metrics.shape).toEqual([PATHS, record.layers.length, record.metrics.length]);
      expect(npy(inside('predict', theory, 'final.npy')).shape).toEqual([PATHS, TOKENS, TOKENS]);
      expect(npy(inside('predict', theory, 'stopped.npy')).shape).toEqual([PATHS]);
      // Every path starts from the V0 of some measured window, up to rounding.
      const column = record.metrics.indexOf('normMean');
      const stride = record.layers.length * record.metrics.length;
      for (let path = 0; path < PATHS; path++) {
        const start = metrics.data[path * stride + column];
        expect(Math.min(...measured.map((norm) => Math.abs(norm - start)))).toBeLessThan(ROUNDING);
      }
    }
  });

  test('logs what it measured for TensorBoard, depth as step', () => {
    const layers = jsonl<{ layer: number; metrics: Record<string, number> }>(
      inside('probe', 'unshaped', 'layers.jsonl'),
    );
    for (const block of Object.keys(BLOCKS)) {
      const logged = readRun(inside('tensorboard', 'init', block));
      const steps = logged.filter(({ tag }) => tag === 'depth/correlationMean');
      expect(steps.map(({ step }) => step)).toEqual(
        Array.from({ length: DEPTH + 1 }, (_, layer) => layer),
      );
      expect(new Set(logged.map(({ plugin }) => plugin))).toEqual(
        new Set(
          block === 'shaped'
            ? ['hparams', 'text', 'scalars', 'histograms', 'images', 'custom_scalars']
            : ['hparams', 'text', 'scalars', 'histograms', 'images'],
        ),
      );
      if (block !== 'unshaped') continue;
      for (const { step, content } of steps) {
        const own = layers.filter(({ layer }) => layer === step);
        const mean = own.reduce((sum, { metrics }) => sum + metrics['correlationMean'], 0);
        expect(content.numbers[0]).toBeCloseTo(mean / own.length, 6); // float32 in the event file
      }
    }
    const trained = filesBelow(inside('tensorboard', 'train'));
    expect(trained.length).toBeGreaterThan(0);
    const tags = new Set(
      trained.flatMap((path) =>
        readRun(inside('tensorboard', 'train', join(path, '..'))).map(({ tag }) => tag),
      ),
    );
    expect([...tags].some((tag) => /loss/i.test(tag))).toBe(true);
  });

  test('writes a page that needs nothing beside itself', () => {
    const page = readFileSync(inside('report.html'), 'utf8');
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(6);
    // Whatever a browser would fetch, and values that are none; shown alone when there are any.
    const found = (pattern: RegExp) => page.match(pattern) ?? [];
    expect(
      found(
        /<(?:script|img|link|iframe|object|embed|source)\b[^>]*(?:src|href)\s*=\s*"(?!data:|#).{0,80}/gi,
      ),
    ).toEqual([]);
    expect(found(/@import.{0,80}|url\(\s*['"]?(?!data:|#)[^)]{1,80}/g)).toEqual([]);
    expect(found(/\bNaN\b.{0,80}|[>"]\s*undefined\s*[<"]|\[object .{0,20}/g)).toEqual([]);
    const verdict = verdicts[first.code ?? -1];
    expect(page.includes(verdict)).toBe(true);
  });
});

describe('the same command again', () => {
  let before: Map<string, number>;
  const times = () =>
    new Map(filesBelow(inside()).map((path) => [path, statSync(inside(path)).mtimeMs]));
  beforeAll(() => {
    before = times();
  });

  test('prints the same, at once, and makes nothing again', async () => {
    const again = await run();
    expect(again.code).toBe(first.code);
    expect(again.stdout).toBe(first.stdout);
    for (const step of STEPS) expect(again.stderr).toContain(`${step}: complete already\n`);
    const changed = [...times()].filter(([path, time]) => before.get(path) !== time);
    expect(changed.map(([path]) => path)).toEqual(['manifest.json']);
    expect(again.seconds).toBeLessThan(first.seconds / 2);
  });

  test('--json prints lines of JSON on standard output and nothing else', async () => {
    const { code, stdout, stderr } = await run('--json');
    expect([code, stderr]).toEqual([first.code, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(
      expect.objectContaining({ block: 'unshaped', layer: DEPTH, networks: BASELINE_NETWORKS }),
    );
    expect(lines.at(-1)).toEqual({
      verdict: verdicts[first.code ?? -1],
      exitCode: first.code,
      run: inside(),
      report: inside('report.html'),
    });
  });

  test('--quiet prints the results and nothing else', async () => {
    const { code, stdout, stderr } = await run('--quiet');
    expect([code, stdout, stderr]).toEqual([first.code, first.stdout, '']);
  });

  test('with worker threads is another use of the same run', async () => {
    const { code, stdout } = await run('--workers', '2');
    expect([code, stdout]).toEqual([first.code, first.stdout]);
  });

  test('makes a lost report again, and only that', async () => {
    rmSync(inside('results', 'report.jsonl'));
    rmSync(inside('report.html'));
    const again = await run();
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain('train: complete already');
    expect(again.stderr).not.toContain('report: complete already');
    expect(damagedFiles(inside())).toEqual([]);
  });
});
