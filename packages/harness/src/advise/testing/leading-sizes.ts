import { covarianceAt, simulateChain, type Architecture } from '@shaped/sde';

/** The mean of log V_aa over the first tokens at the last layer, of every path. */
export async function leadingSizes(options: {
  arch: Architecture;
  V0: Float64Array;
  leading: number;
  paths: number;
  seed: number;
}): Promise<Float64Array> {
  const { arch, leading, paths } = options;
  const ensemble = await simulateChain({ ...options, recordAt: [arch.depth] });
  return Float64Array.from({ length: paths }, (_, path) => {
    const V = covarianceAt(ensemble, path, 0);
    let sum = 0;
    for (let a = 0; a < leading; a++) sum += Math.log(V[a * (arch.tokens + 1)]) / leading;
    return sum;
  });
}
