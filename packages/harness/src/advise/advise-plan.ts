import { architecture, type Architecture } from '@shaped/sde';
import { architectureOf, type Config } from '../config/index.js';
import type { Goal } from './goal.js';
import { PAPER_GAMMA } from './shaping.js';

/** Everything that advice depends on. */
export interface AdvisePlan {
  /** The architecture asked about. */
  asked: Architecture;
  /** What is simulated for it: RMS norm in place of LayerNorm, and no more tokens than the limit. */
  simulated: Architecture;
  /** The branch weight that is wanted: that of the block, or 1/√8 where it has none. */
  gamma: number;
  goal: Goal;
  startRho: number;
  /** r; see {@link radiusOf}. */
  stopAt: number;
  /** Solver steps a layer of the SDE, at least; see {@link stepsPerLayerOf}. */
  stepsPerLayer: number;
  /** Networks of each trial. */
  paths: number;
  seed: number;
  workers: number | undefined;
  /** Longest work begun, in minutes. */
  minutes: number;
}

/** Of the networks of a trial, so many check the advice. */
export const CHECK_FACTOR = 4;

/** The plan of advice for a configuration that keeps the rules of the command. */
export function advisePlan({ model, advise, predict, seed, workers }: Config): AdvisePlan {
  const { level, confidence, rho, startRho, stopAt, paths, simulatedTokens, minutes } = advise;
  const asked = architectureOf(model);
  const ownGamma = model.block === 'shaped' || model.block === 'unshaped';
  return {
    asked,
    simulated: withTokens(withoutLayerNorm(asked), Math.min(asked.tokens, simulatedTokens)),
    gamma: ownGamma && asked.gamma > 0 ? asked.gamma : PAPER_GAMMA,
    goal: { level, confidence, rho },
    startRho,
    stopAt,
    stepsPerLayer: predict.stepsPerLayer,
    paths,
    seed,
    workers,
    minutes,
  };
}

/** The architecture with RMS norm where it has LayerNorm, for which no exact chain exists. */
export function withoutLayerNorm(arch: Architecture): Architecture {
  return arch.norm === 'layer' ? architecture({ ...arch, norm: 'rms' }) : arch;
}

/** The architecture on its first tokens only; under a causal mask they do not see the others. */
export function withTokens(arch: Architecture, tokens: number): Architecture {
  return architecture({ ...arch, tokens });
}

/**
 * The |V| beyond which an architecture counts as blown up: r, and for pre-norm blocks r times the
 * 1 + 2 depth that their variances reach by design, each of two branches a layer adding about 1.
 */
export function radiusOf({ block, depth }: Architecture, stopAt: number): number {
  return block === 'preLN' ? stopAt * (1 + 2 * depth) : stopAt;
}

/**
 * Largest γ² m dt of the SDE's steps, times 4: Euler–Maruyama is known to be harmless at γ = 0.5, m = 8
 * and dt = 0.01, and needs dt in proportion to 1/(γ² m) (docs/theory.md, section 3).
 */
const LARGEST_STEP = 4 * 0.5 ** 2 * 8 * 0.01;

/** Solver steps a layer for an architecture: as many as asked for, and enough for its γ and m. */
export function stepsPerLayerOf({ gamma, tokens, width }: Architecture, asked: number): number {
  return Math.max(asked, Math.ceil((4 * gamma * gamma * tokens) / (LARGEST_STEP * width)));
}
