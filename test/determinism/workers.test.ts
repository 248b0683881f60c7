import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sets } from '../support/config.ts';
import { filesBelow } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped } from '../support/shaped.ts';

const at = scratch();

/** More jobs than threads in every step, and several jobs of paths. */
const SMALL = sets({
  'model.tokens': 4,
  'model.width': 32,
  'model.depth': 8,
  'model.heads': 2,
  'data.tokenizer': 'bytes',
  'probe.networks': 5,
  'probe.windows': 2,
  'probe.gradients': 2,
  'probe.baselines': ['preLN'],
  'probe.baselineNetworks': 3,
  'predict.sdePaths': 150,
  'predict.chainPaths': 150,
  'predict.stopAt': 2, // some paths stop
  'check.draws': 8,
  'check.widths': [16, 32],
  'check.trendPaths': 70,
});

/** Every file that the steps measured or computed: path below the run directory, and its bytes. */
function numbersOf(run: string): Map<string, string> {
  return new Map(
    ['probe', 'predict', 'check'].flatMap((folder) =>
      filesBelow(join(run, folder)).map((name) => {
        const path = join(folder, name);
        return [path, readFileSync(join(run, path)).toString('base64')] as const;
      }),
    ),
  );
}

/** Makes a run by `shaped check`, which probes and predicts first. */
async function make(name: string, args: readonly string[]): Promise<Map<string, string>> {
  const { code, stderr } = await shaped(['check', '--out', at(name), ...SMALL, ...args]);
  // So few networks decide nothing: exit code 3.
  if (code !== 3) throw new Error(`shaped check ended with ${code}:\n${stderr}`);
  return numbersOf(at(name));
}

let inline: Map<string, string>;
beforeAll(async () => {
  inline = await make('workers-0', ['--workers', '0']);
});

describe('the same seed gives the same bytes', () => {
  test('of metrics, matrices, gradients, bands, paths and verdict, in this many files', () => {
    expect([...inline.keys()].sort()).toEqual(
      [
        'check/residuals.jsonl',
        'check/verdict.json',
        ...['preLN', 'shaped'].flatMap((block) =>
          ['V.npy', 'gradients.jsonl', 'layers.jsonl', 'probe.json'].map(
            (name) => `probe/${block}/${name}`,
          ),
        ),
        ...['excess', 'half', 'halfSlices', 'mixed', 'slices'].map(
          (name) => `probe/shaped/${name}.npy`,
        ),
        ...['chain', 'sde'].flatMap((theory) =>
          ['bands.jsonl', 'final.npy', 'metrics.npy', 'prediction.json', 'stopped.npy'].map(
            (name) => `predict/${theory}/${name}`,
          ),
        ),
      ].sort(),
    );
  });

  test.each(['1', '2'])('with --workers %s', async (workers) => {
    const threaded = await make(`workers-${workers}`, ['--workers', workers]);
    expect([...threaded.keys()]).toEqual([...inline.keys()]);
    for (const [path, bytes] of inline) expect(threaded.get(path) === bytes, path).toBe(true);
  });

  test('and another seed others', async () => {
    const other = await make('seed', ['--workers', '2', '--seed', '1']);
    const same = [...inline.keys()].filter((path) => other.get(path) === inline.get(path));
    expect(same).toEqual([]);
  });
});

test.each(['0', '2'])('a failing network fails alike with --workers %s', async (workers) => {
  const run = at(`failing-${workers}`);
  // A slope that float32 cannot hold.
  const wrong = sets({ 'model.cPlus': 1e40 });
  const args = ['probe', '--out', run, ...SMALL, ...wrong, '--workers', workers];
  const { code, stderr } = await shaped(args);
  expect(code).toBe(1);
  expect(stderr).toContain('Layer 1 of 8: activation is not finite. Lower gamma');
  expect(existsSync(join(run, 'probe'))).toBe(false);
});
