import { describe, test } from 'vitest';
import { simulateChain } from '../chain/simulate-chain.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { correlationOf } from '../statistics/correlation-of.js';
import { offDiagonalMean } from '../statistics/off-diagonal-mean.js';
import { confirm, reject } from '../testing/evidence.js';
import { meanAndError } from '../testing/final-values.js';
import { unevenCovariance } from '../testing/reference-point.js';
import type { CollapseCurve } from './collapse-curve.js';
import { collapseOde } from './collapse-ode.js';
import { collapseRecursion } from './collapse-recursion.js';

const m = 4;
const V0 = unevenCovariance(m);

/** Two-sided 1e-5 a comparison, for some ten layers each and as many cases (Bonferroni: 1e-3). */
const Z = 4.4;

/** Mean of ρ over the chain's paths at every layer, with its standard error. */
async function chainRho(arch: ReturnType<typeof architecture>, paths: number) {
  const recordAt = Array.from({ length: arch.depth + 1 }, (_, layer) => layer);
  const { V } = await simulateChain({ arch, V0, paths, seed: 31, recordAt });
  const records = recordAt.length;
  return recordAt.map((record) =>
    meanAndError(
      Float64Array.from({ length: paths }, (_, p) => {
        const at = (p * records + record) * m * m;
        return offDiagonalMean(correlationOf(V.subarray(at, at + m * m), m), m);
      }),
    ),
  );
}

/** Largest gap of ρ between curve and chain over the layers, in Z standard errors plus `bias`. */
function largestGap(
  curve: CollapseCurve,
  chain: Awaited<ReturnType<typeof chainRho>>,
  bias: number,
) {
  return Math.max(
    ...chain.slice(1).map(({ mean, error }, i) => {
      const gap = Math.abs(curve.rho[i + 1] - mean);
      return gap / (Z * Math.hypot(error, curve.rhoError[i + 1]) + bias);
    }),
  );
}

describe('the recursion is the exact chain at large width', () => {
  /** What width 4096 and head width 65536 leave: some multiple of 1/n, below most errors. */
  const BIAS = 1e-3;
  const size = { tokens: m, width: 4096, headWidth: 65_536, depth: 8, outputProjection: true };
  const strong = { block: 'unshaped', gamma: 0.5, tau0: 0.3 } as const;
  const many = { ...size, heads: 256 };

  test.each<[string, ArchitectureOptions, number, number, Partial<ArchitectureOptions>]>([
    ['unshaped', { ...many, ...strong }, Infinity, 24, { tau0: 0.6 }],
    [
      'unshaped, without MLP',
      { ...many, ...strong, width: 2 ** 20, activation: 'none' },
      Infinity,
      8,
      { tau0: 0.6 },
    ],
    ['one head', { ...size, ...strong }, 1, 300, { activation: 'none' }],
    ['causal', { ...many, block: 'unshaped', mask: 'causal' }, Infinity, 8, { mask: 'full' }],
    [
      'without projection',
      { ...many, heads: 64, outputProjection: false, block: 'unshaped' },
      64,
      16,
      { gamma: 0.4 },
    ],
    ['depth-scaled', { ...many, block: 'depthScaled' }, Infinity, 8, { block: 'unshaped' }],
    ['pre-norm', { ...many, block: 'preLN', norm: 'rms' }, Infinity, 8, { norm: 'none' }],
    ['post-norm', { ...many, block: 'postLN', norm: 'rms' }, Infinity, 8, { norm: 'none' }],
    ['shaped attention, plain ReLU', { ...size, activation: 'relu' }, 1, 16, { gamma: 0.4 }],
  ])('%s', async (name, options, heads, paths, change) => {
    const arch = architecture(options);
    const chain = await chainRho(arch, paths);
    const replicas = heads === Infinity ? 8 : paths;
    const sample = { V0, seed: 5, heads, draws: 512, replicas };
    const gap = largestGap(collapseRecursion({ arch, ...sample }), chain, BIAS);
    const wrong = architecture({ ...options, ...change });
    const wrongGap = largestGap(collapseRecursion({ arch: wrong, ...sample }), chain, BIAS);
    confirm('collapse recursion', gap, 1, 'tolerances');
    const what = `${Object.entries(change).flat().join(' ')} (${name})`;
    reject('collapse recursion', `against the chain: ${what}`, wrongGap, 1, 'tolerances');
  });
});

// With one head, what the attention matrices leave random is ten times what width 4096 does. The
// logarithm of a standard deviation over 300 paths has a standard error of 0.041, two of them 0.058.
test('with one head the paths scatter as the chain does; with infinitely many they do not', async () => {
  const options = { tokens: m, width: 4096, headWidth: 65_536, depth: 4 };
  const arch = architecture({ ...options, block: 'unshaped', gamma: 0.5, tau0: 0.3 });
  const replicas = 300;
  const chain = (await chainRho(arch, replicas))[4].error;
  const scatter = (heads: number, draws: number) =>
    collapseRecursion({ arch, V0, seed: 5, heads, draws, replicas }).rhoError[4];
  const z = (heads: number, draws: number) =>
    Math.abs(Math.log(scatter(heads, draws) / chain)) / 0.058;
  confirm('collapse scatter', z(1, 2), Z, 'z');
  reject('collapse scatter', 'two heads', z(2, 2), Z, 'z');
  reject('collapse scatter', 'infinitely many heads', z(Infinity, 16), Z, 'z');
});

describe('the ODE is the limit of small branches, with one head as with many', () => {
  test('the chain at γ = 1/8', async () => {
    const gamma = 1 / 8;
    const arch = architecture({
      ...{ tokens: m, width: 2048, headWidth: 16_384, depth: 64, outputProjection: true },
      ...{ block: 'unshaped', gamma, tau0: 0.3 },
    });
    const chain = await chainRho(arch, 24);
    const options = { V0, seed: 5, draws: 256, replicas: 8, steps: arch.depth };
    const gap = largestGap(collapseOde({ arch, ...options }), chain, gamma ** 2);
    const changes: Partial<ArchitectureOptions>[] = [
      { mask: 'causal' },
      { activation: 'none' },
      { gamma: gamma * 1.15 },
    ];
    const wrongs = changes.map((change) =>
      largestGap(
        collapseOde({ arch: architecture({ ...arch, lambda: undefined, ...change }), ...options }),
        chain,
        gamma ** 2,
      ),
    );
    confirm('collapse ode', gap, 1, 'tolerances');
    ['another mask', 'no ReLU', 'γ 15 % off'].forEach((wrong, i) => {
      reject('collapse ode', `against the chain: ${wrong}`, wrongs[i], 1, 'tolerances');
    });
  });
});
