export {
  architecture,
  ArchitectureError,
  type Architecture,
  type ArchitectureOptions,
  type AttentionMask,
  type BlockKind,
} from './model/architecture.js';
export { type ArchitectureIssue } from './model/architecture-issues.js';
export { initialGains } from './model/initial-gains.js';
export { activationSlopes, type ActivationSlopes } from './model/activation-slopes.js';
export { centringMatrix, inverseKeyCounts, maskMatrix } from './model/mask-matrix.js';
export { mlpActivation, type MlpActivation } from './model/mlp-activation.js';
export { smoothFunctions, type SmoothFunction, type SmoothName } from './model/smooth-function.js';
export { attentionSde } from './model/attention-sde.js';
export { mlpSde } from './model/mlp-sde.js';
export { transformerSde } from './model/transformer-sde.js';
export { type SdeModel } from './model/sde-model.js';
export { cholesky } from './covariance/cholesky.js';
export { checkCovariance } from './covariance/check-covariance.js';
export { nearestCovariance } from './covariance/nearest-covariance.js';
export {
  chooseStep,
  type ChooseStepOptions,
  type StepChoice,
  type StepLevel,
} from './solver/choose-step.js';
export { type Refinement } from './solver/brownian-path.js';
export { enoughSteps } from './solver/enough-steps.js';
export { eulerMaruyama, type EulerMaruyama } from './solver/euler-maruyama.js';
export {
  extrapolate,
  type ExtrapolatedFunctional,
  type ExtrapolatedValue,
  type ExtrapolateOptions,
  type Extrapolation,
} from './solver/extrapolate.js';
export { gramStep } from './solver/gram-step.js';
export { type Solver } from './solver/solver.js';
export { type PairNoise, type PairOptions } from './solver/solver-request.js';
export { type StepMeasure } from './solver/step-errors.js';
export { type SolverName } from './solver/solvers.js';
export { simulate, simulateBatches, type SimulateOptions } from './solver/simulate.js';
export { type ChainState } from './chain/chain-state.js';
export { gramChain, type GramChain } from './chain/gram-chain.js';
export {
  simulateChain,
  simulateChainBatches,
  type SimulateChainOptions,
} from './chain/simulate-chain.js';
export { workerPool, type WorkerPool } from './engine/worker-pool.js';
export { type EngineName } from './engine/engine.js';
export { type AbortSignalLike } from './engine/abort.js';
export { collapseLayer, type CollapseCurve } from './collapse/collapse-curve.js';
export { type CollapseOptions } from './collapse/collapse-options.js';
export { collapseOde, type CollapseOdeOptions } from './collapse/collapse-ode.js';
export { collapseRecursion, type CollapseRecursionOptions } from './collapse/collapse-recursion.js';
export { covarianceAt } from './ensemble/covariance-at.js';
export { type Ensemble, type EnsembleEvent } from './ensemble/ensemble.js';
export { type EnsembleOptions } from './ensemble/ensemble-options.js';
export {
  logVariance,
  meanCorrelation,
  meanLogVariance,
  meanVariance,
  pairCorrelation,
  participationRatio,
  type Statistic,
} from './summary/covariance-statistics.js';
export { type DistributionSummary } from './summary/distribution-summary.js';
export {
  type EnsembleSummary,
  type EventCount,
  type SummarizeOptions,
} from './summary/ensemble-summary.js';
export { QuantileSketch } from './summary/quantile-sketch.js';
export { summarize } from './summary/summarize.js';
export * from './statistics/index.js';
