import { deriveSeed } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { tokenCovariance } from '../metrics/index.js';
import { followsSlices, headSlices, type LanguageModel } from '../network/index.js';
import {
  bandsOf,
  predictEnsemble,
  recordedLayers,
  theoryRefusal,
  type Band,
  type EnsembleOptions,
  type PredictPlan,
  type Theory,
} from '../predict/index.js';

/** What theory says of the layers of networks like this one before their training. */
export interface InitialBand {
  theory: Theory;
  paths: number;
  /** Of every metric of the covariance at the recorded layers. */
  bands: Band[];
}

export interface InitialBandOptions extends EnsembleOptions {
  arch: Architecture;
  /** Token ids that the layers are measured on, [windows, T]. */
  probe: Int32Array;
  paths: number;
  seed: number;
  /** Stopping radius r of |V|. */
  stopAt: number;
  /** Solver steps a layer, of the SDE. */
  stepsPerLayer: number;
}

/**
 * The bands that a new network's metrics lie in, by the exact chain where it describes the
 * architecture, else by the SDE; a sentence saying why not where neither does.
 *
 * Each path starts from V0 of one window, as the network's own embedding gives it, so the band is
 * that of a single window. A mean over several windows varies less: outside the band it is outside
 * its own.
 *
 * @param network before its training
 */
export async function initialBand(
  network: LanguageModel,
  { arch, probe, paths, seed, stopAt, stepsPerLayer, ...ensemble }: InitialBandOptions,
): Promise<InitialBand | string> {
  const refusals = (['chain', 'sde'] as const).map((theory) => theoryRefusal(arch, theory));
  if (refusals[0] !== undefined && refusals[1] !== undefined) return refusals[0];
  const theory = refusals[0] === undefined ? 'chain' : 'sde';
  const plan: PredictPlan = {
    ...{ theory, arch, stopAt },
    ...startsOf(network, probe, arch),
    seed: deriveSeed(seed, 'train', 'band'),
    stepsPerLayer: theory === 'sde' ? stepsPerLayer : 1,
    layers: recordedLayers(arch.depth),
  };
  const { metrics } = await predictEnsemble(plan, paths, ensemble);
  return { theory, paths, bands: bandsOf({ metrics, records: plan.layers.length }, plan.layers) };
}

/** V0 of every window, and its head slices where the chain follows them. */
function startsOf(
  { embedding, tokens }: LanguageModel,
  probe: Int32Array,
  arch: Architecture,
): Pick<PredictPlan, 'starts' | 'startSlices'> {
  const windows = probe.length / tokens;
  const embedded = tf.tidy(
    () => embedding.apply(tf.tensor2d(probe, [windows, tokens], 'int32')) as tf.Tensor,
  );
  const X0 = embedded.dataSync<'float32'>();
  embedded.dispose();
  const size = tokens * arch.width;
  const inputs = Array.from({ length: windows }, (_, w) => X0.subarray(w * size, (w + 1) * size));
  const starts = inputs.map((X) => tokenCovariance(X, tokens, arch.width));
  if (!followsSlices(arch)) return { starts };
  return { starts, startSlices: inputs.map((X) => headSlices(X, arch)) };
}
