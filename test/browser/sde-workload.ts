import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import {
  architecture,
  ksTwoSample,
  offDiagonalMean,
  correlationOf,
  covarianceAt,
  simulate,
  simulateChain,
  transformerSde,
  type Ensemble,
  type EnsembleEvent,
  type EnsembleOptions,
} from '@shaped/sde';

/** Tokens of every covariance here. */
const TOKENS = 4;
const PATHS = 24;
/** Low enough that some of the paths leave |V| ≤ it and some do not. */
const STOP_AT = 1.6;

const SHAPED = architecture({
  tokens: TOKENS,
  width: 32,
  depth: 16,
  heads: 2,
  mask: 'causal',
  gamma1Shift: 0.5,
});

/** Each query sees some tokens before and after it. */
const MASKED = architecture({
  tokens: TOKENS,
  width: 32,
  depth: 16,
  tau0: 0.6,
  mask: [
    [1, 0, 1, 0],
    [0, 1, 1, 1],
    [1, 1, 0, 0],
    [0, 1, 0, 1],
  ],
});

/** A smooth activation, which a Gram step takes by its cubic. */
const SMOOTH = architecture({
  ...{ tokens: TOKENS, width: 32, depth: 16, activation: 'shapedSmooth', smooth: 'softplus' },
});

/** Coefficients at which Euler–Maruyama leaves the cone. */
const STRONG = architecture({ tokens: TOKENS, width: 32, depth: 16, gamma: 0.6, tau0: 0.5 });

const V0 = Float64Array.from({ length: TOKENS * TOKENS }, (_, i) =>
  i % (TOKENS + 1) === 0 ? 1 : 0.2 + 0.01 * ((i % TOKENS) + Math.floor(i / TOKENS)),
);

/** Numbers by their bits: 16 hexadecimal digits each, the highest first. */
export function bits(values: ArrayLike<number>): string[] {
  const view = new DataView(new ArrayBuffer(8));
  return Array.from(values, (value) => {
    view.setFloat64(0, value);
    return view.getBigUint64(0).toString(16).padStart(16, '0');
  });
}

/** Draws of every kind, as bits; normals enough for hundreds in a strip's corner and some in the tail. */
export function exactDraws(): Record<string, string[]> {
  const stream = (path: number) => new Stream(foldIn(keyFromSeed(20), 'browser'), path, 5);
  const list = (draw: () => number, length = 64) => bits(Array.from({ length }, draw));
  const of = [0, 1, 2, 3, 4, 5, 6].map(stream);
  return {
    uniform: list(() => of[0].uniform()),
    integer: list(() => of[1].integer(1000)),
    permutation: bits(of[2].permutation(64)),
    normal: list(() => of[3].normal(), 50_000),
    fillNormal32: bits(of[4].fillNormal32(new Float64Array(50_000))),
    chiSquared: list(() => of[5].chiSquared(3), 5_000),
    'chiSquared below 2 degrees': list(() => of[6].chiSquared(0.7), 5_000),
  };
}

const meanCorrelations = (ensemble: Ensemble) =>
  Array.from({ length: ensemble.paths }, (_, path) =>
    offDiagonalMean(correlationOf(covarianceAt(ensemble, path, 1), TOKENS), TOKENS),
  );

/** The outcome of every seeded computation. */
export interface SdeOutcome {
  ensembles: Record<string, { V: number[]; stoppedAt: number[]; events: readonly EnsembleEvent[] }>;
  tests: Record<string, { statistic: number; pValue: number; detectable: number }>;
}

/**
 * Paths of SDEs under each mask and of exact chains, and tests between some of them; `how` as told, by
 * the fastest engine if not.
 */
export async function sdeWorkload(
  seed: number,
  how: Pick<EnsembleOptions, 'workers' | 'batch' | 'engine'> = {},
): Promise<SdeOutcome> {
  const common = { V0, paths: PATHS, seed, stopAt: STOP_AT, ...how };
  const steps = { ...common, time: 0.5, steps: 16 };
  const sde = { ...steps, model: transformerSde(SHAPED) };
  const unshaped = architecture({ block: 'unshaped', tokens: TOKENS, width: 32, depth: 16 });
  const ensembles = {
    'simulate, eulerMaruyama': await simulate({ ...sde, solver: 'eulerMaruyama' }),
    'simulate, gramStep': await simulate({ ...sde, solver: 'gramStep' }),
    'simulateChain, shaped': await simulateChain({ ...common, arch: SHAPED }),
    'simulateChain, unshaped': await simulateChain({ ...common, arch: unshaped }),
    'simulate, eulerMaruyama, full mask': await simulate({ ...steps, arch: STRONG }),
    'simulate, eulerMaruyama, any mask': await simulate({ ...steps, arch: MASKED }),
    'simulate, gramStep, any mask': await simulate({ ...steps, arch: MASKED, solver: 'gramStep' }),
    'simulate, gramStep, softplus': await simulate({ ...steps, arch: SMOOTH, solver: 'gramStep' }),
    'simulateChain, softplus': await simulateChain({ ...common, arch: SMOOTH }),
    'simulateChain, any mask': await simulateChain({ ...common, arch: MASKED }),
  };
  const [euler, gram, chain, collapsed] = Object.values(ensembles).map(meanCorrelations);
  const test = (x: number[], y: number[], method: 'exact' | 'asymptotic') => {
    const { statistic, pValue, detectable } = ksTwoSample(x, y, { method });
    return { statistic, pValue, detectable };
  };
  return {
    ensembles: Object.fromEntries(
      Object.entries(ensembles).map(([name, { V, stoppedAt, events }]) => [
        name,
        { V: [...V], stoppedAt: [...stoppedAt], events },
      ]),
    ),
    tests: {
      'ksTwoSample, exact': test(euler, chain, 'exact'),
      'ksTwoSample, asymptotic': test(gram, collapsed, 'asymptotic'),
    },
  };
}

/** What an abort after the first of endlessly many batches on two workers rejects with. */
export async function abortedWorkload(): Promise<{ reason: string; done: number }> {
  const controller = new AbortController();
  let done = 0;
  const onProgress = (paths: number) => {
    done = paths;
    controller.abort(new Error('the page changed'));
  };
  const { signal } = controller;
  const endless = { paths: 1e7, batch: 4, memoryLimit: 1e12, workers: 2, signal, onProgress };
  const reason = await simulateChain({ arch: SHAPED, V0, seed: 1, ...endless }).then(
    () => 'none',
    (error: Error) => error.message,
  );
  return { reason, done };
}
