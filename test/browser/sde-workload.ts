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

/** Draws that are made of integers and exact scaling alone, as bits. */
export function exactDraws(): string[] {
  const stream = new Stream(foldIn(keyFromSeed(20), 'browser'), 3, 5);
  const uniforms = Array.from({ length: 64 }, () => stream.uniform());
  const integers = Array.from({ length: 64 }, () => stream.integer(1000));
  return bits([...uniforms, ...integers, ...stream.permutation(64)]);
}

const meanCorrelations = (ensemble: Ensemble) =>
  Array.from({ length: ensemble.paths }, (_, path) =>
    offDiagonalMean(correlationOf(covarianceAt(ensemble, path, 1), TOKENS), TOKENS),
  );

/** The outcome of every seeded computation. */
export interface SdeOutcome {
  ensembles: Record<string, { V: number[]; stoppedAt: number[] }>;
  tests: Record<string, { statistic: number; pValue: number; detectable: number }>;
}

/** Paths of a causal two-head SDE and of two exact chains, and tests between them; `how` as told. */
export async function sdeWorkload(
  seed: number,
  how: Pick<EnsembleOptions, 'workers' | 'batch'> = {},
): Promise<SdeOutcome> {
  const common = { V0, paths: PATHS, seed, stopAt: STOP_AT, ...how };
  const model = transformerSde(SHAPED);
  const sde = { ...common, model, time: 0.5, steps: 16 };
  const unshaped = architecture({ block: 'unshaped', tokens: TOKENS, width: 32, depth: 16 });
  const ensembles = {
    'simulate, eulerMaruyama': await simulate({ ...sde, solver: 'eulerMaruyama' }),
    'simulate, gramStep': await simulate({ ...sde, solver: 'gramStep' }),
    'simulateChain, shaped': await simulateChain({ ...common, arch: SHAPED }),
    'simulateChain, unshaped': await simulateChain({ ...common, arch: unshaped }),
  };
  const [euler, gram, chain, collapsed] = Object.values(ensembles).map(meanCorrelations);
  const test = (x: number[], y: number[], method: 'exact' | 'asymptotic') => {
    const { statistic, pValue, detectable } = ksTwoSample(x, y, { method });
    return { statistic, pValue, detectable };
  };
  return {
    ensembles: Object.fromEntries(
      Object.entries(ensembles).map(([name, { V, stoppedAt }]) => [
        name,
        { V: [...V], stoppedAt: [...stoppedAt] },
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
