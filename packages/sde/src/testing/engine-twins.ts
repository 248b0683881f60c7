import { simulateChain } from '../chain/simulate-chain.js';
import type { EngineName } from '../engine/engine.js';
import type { EnsembleTask } from '../engine/task.js';
import type { EnsembleOptions } from '../ensemble/ensemble-options.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { kernelEngine } from '../kernel/kernel-engine.js';
import type { Architecture } from '../model/architecture.js';
import { transformerSde } from '../model/transformer-sde.js';
import { simulate } from '../solver/simulate.js';

/** What an architecture can be simulated by. */
export const KINDS = ['eulerMaruyama', 'gramStep', 'chain'] as const;
export type Kind = (typeof KINDS)[number];

/** Options of an ensemble, and the steps of an SDE; a chain's are its layers. */
export interface TwinOptions extends EnsembleOptions {
  dt: number;
  steps: number;
  refines?: number;
}

/** Paths of one kind. A query without keys is let through to the SDE, as its models do. */
export function simulateKind(
  kind: Kind,
  arch: Architecture,
  { dt, steps, refines, ...options }: TwinOptions,
): Promise<Ensemble> {
  if (kind === 'chain') return simulateChain({ arch, ...options });
  const model = transformerSde(arch);
  return simulate({ model, solver: kind, time: dt * steps, steps, refines, ...options });
}

/** The same paths by both engines. */
export async function twins(kind: Kind, arch: Architecture, options: TwinOptions) {
  const by = (engine: EngineName) => simulateKind(kind, arch, { ...options, engine });
  return { kernel: await by('kernel'), reference: await by('reference') };
}

/** Why the kernel does not compute a kind of an architecture, undefined where it does. */
export function refusal(kind: Kind, arch: Architecture): string | undefined {
  const task = kind === 'chain' ? { kind, arch } : { kind: 'sde', solver: kind, arch };
  return kernelEngine.refuses(task as EnsembleTask);
}

/** The largest difference of two arrays as a share of the largest expected number; NaN where one is. */
export function relativeDifference(actual: Float64Array, expected: Float64Array): number {
  if (actual.length !== expected.length) return Infinity;
  const difference = Math.max(...actual.map((x, i) => Math.abs(x - expected[i])));
  return difference === 0 ? 0 : difference / Math.max(...expected.map(Math.abs));
}

/** Bound of the condition of {@link decayingCovariance}. */
export const DECAYING_CONDITION = 19;

/**
 * A covariance of uneven tokens, `V_ab = s_a s_b (−0.4)^|a−b|` with 0.7 ≤ s ≤ 1.3: of condition below
 * (1.4/0.6)² (1.3/0.7)² however many tokens there are.
 */
export function decayingCovariance(m: number): Float64Array {
  const s = Array.from({ length: m }, (_, a) => 1 + 0.3 * Math.sin(2 * a + 1));
  return Float64Array.from({ length: m * m }, (_, i) => {
    const [a, b] = [Math.floor(i / m), i % m];
    return s[a] * s[b] * (-0.4) ** Math.abs(a - b);
  });
}
