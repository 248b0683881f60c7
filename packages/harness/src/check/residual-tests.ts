import { moments, rankUniformity } from '@shaped/sde';
import type { Measurement } from './finding.js';
import { ONE_STEP_STAGES, type OneStepResult } from './one-step.js';
import { ROUNDING } from './rounding.js';
import { STAGES, STEP_QUANTITIES, type Stage, type StepQuantity } from './step-quantities.js';

/** Residuals of one stage and quantity at one layer, over the networks. */
export interface ResidualProfile {
  stage: Stage | 'layer';
  quantity: StepQuantity;
  layer: number;
  /** Mean residual in standard deviations of one step: the error of the drift. */
  drift: number;
  driftStandardError: number;
  /** ln of measured over predicted variance of one step: the error of the diffusion. */
  diffusion: number;
  diffusionStandardError: number;
}

/** Slope of `mean(rank)/R − 1/2` in a shift by one standard deviation of a normal step: 1/(2√π). */
const RANK_SHIFT_SLOPE = 1 / (2 * Math.sqrt(Math.PI));
/** Slope of the rank dispersion in ln variance for a normal step: 6 E[φ(Z)²] = 3/(π√3). */
const RANK_DISPERSION_SLOPE = Math.sqrt(3) / Math.PI;
/** A run that misses a drift error of a tenth of one step's spread has looked too little. */
const DRIFT_RESOLUTION = 0.1;
/** A run that misses a diffusion error of a quarter has looked too little. */
const DIFFUSION_RESOLUTION = 0.25;
/** The most measurements that `residualTests` returns. */
export const RESIDUAL_TESTS = 2 * STAGES.length * STEP_QUANTITIES.length;

interface Column {
  ranks: Float64Array;
  residuals: Float64Array;
  variances: Float64Array;
}

/** The values of one stage and quantity, over networks and the layers from `first` to `last`. */
function column(
  results: readonly OneStepResult[],
  stage: number,
  quantity: number,
  first: number,
  last: number,
): Column {
  const stride = ONE_STEP_STAGES.length * STEP_QUANTITIES.length;
  const at = stage * STEP_QUANTITIES.length + quantity;
  const pick = (array: (result: OneStepResult) => Float64Array) => {
    const values = new Float64Array(results.length * (last - first));
    results.forEach((result, network) => {
      for (let layer = first; layer < last; layer++) {
        values[network * (last - first) + layer - first] = array(result)[layer * stride + at];
      }
    });
    return values;
  };
  return {
    ranks: pick(({ rank }) => rank),
    residuals: pick(({ residual }) => residual),
    variances: pick(({ variance }) => variance),
  };
}

/** True where theory and network agree that nothing moves, as norms do after a post-norm. */
function isConstant({ residuals, variances }: Column): boolean {
  const still = (x: number) => Math.abs(x) < ROUNDING;
  return residuals.every(still) && variances.every((variance) => still(Math.sqrt(variance)));
}

/** Effects in natural units; where one side stands still, rounding stands in for its spread. */
function effects({ residuals, variances }: Column, draws: number) {
  const variance = Math.max(moments(variances).mean, ROUNDING ** 2);
  const residual = moments(residuals);
  // The mean of the draws adds variance/draws to that of the residual.
  const squares = moments(residuals.map((r) => (r * r * draws) / (draws + 1)));
  const square = Math.max(squares.mean, ROUNDING ** 2);
  return {
    drift: residual.mean / Math.sqrt(variance),
    driftStandardError: residual.standardError / Math.sqrt(variance),
    diffusion: Math.log(square / variance),
    diffusionStandardError: squares.standardError / square,
  };
}

/**
 * Two measurements a stage and quantity, drift and diffusion, pooled over layers and networks. The
 * tests are on ranks, exact for any law of the steps; the effects are in natural units. What neither
 * network nor theory moves is left out.
 *
 * @param level of one test, for the detectable effect
 */
export function residualTests(
  results: readonly OneStepResult[],
  depth: number,
  draws: number,
  level: number,
): Measurement[] {
  return STAGES.flatMap((stage, s) =>
    STEP_QUANTITIES.flatMap((quantity, q): Measurement[] => {
      const values = column(results, s, q, 0, depth);
      if (isConstant(values)) return [];
      const { mean, dispersion } = rankUniformity(values.ranks, draws);
      const { drift, driftStandardError, diffusion, diffusionStandardError } = effects(
        values,
        draws,
      );
      const common = { comparison: 'network against exact chain', tolerance: 0 } as const;
      return [
        {
          ...common,
          quantity: `${stage}: drift of ${quantity}`,
          test: 'mean rank among one-step draws',
          effect: drift,
          unit: 'sd of a step',
          standardError: driftStandardError,
          pValue: mean.pValue,
          detectable: mean.detectable(level) / RANK_SHIFT_SLOPE,
          resolution: DRIFT_RESOLUTION,
        },
        {
          ...common,
          quantity: `${stage}: diffusion of ${quantity}`,
          test: 'spread of ranks among one-step draws',
          effect: diffusion,
          unit: 'ln variance ratio',
          standardError: diffusionStandardError,
          pValue: dispersion.pValue,
          detectable: dispersion.detectable(level) / RANK_DISPERSION_SLOPE,
          resolution: DIFFUSION_RESOLUTION,
        },
      ];
    }),
  );
}

/** The residuals layer by layer, for figures: a wrong term shows where it acts. */
export function residualProfiles(
  results: readonly OneStepResult[],
  depth: number,
  draws: number,
  withSde: boolean,
): ResidualProfile[] {
  return ONE_STEP_STAGES.flatMap((stage, s) =>
    stage === 'layer' && !withSde
      ? []
      : STEP_QUANTITIES.flatMap((quantity, q) =>
          Array.from({ length: depth }, (_, layer) => layer).flatMap((layer) => {
            const values = column(results, s, q, layer, layer + 1);
            if (isConstant(values)) return [];
            return [{ stage, quantity, layer: layer + 1, ...effects(values, draws) }];
          }),
        ),
  );
}
