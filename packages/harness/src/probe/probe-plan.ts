import type { Architecture } from '@shaped/sde';
import type { SelectedBackend } from '../backend/index.js';
import type { NegativeControl } from '../network/index.js';

/** One text window: token ids and what they say. */
export interface ProbeWindow {
  ids: number[];
  text: string;
  /** What each token says, where it is neither a byte nor a word. */
  pieces?: string[];
}

/** An ensemble of networks to measure: plain data, the same in every worker. */
export interface ProbePlan {
  arch: Architecture;
  negativeControl: NegativeControl;
  backend: SelectedBackend['name'];
  seed: number;
  positions: boolean;
  windows: ProbeWindow[];
  /** Networks; network s reads window s mod windows. */
  networks: number;
  /** The first so many networks have their gradients measured as well. */
  gradients: number;
  /** Keeps all matrices of every layer, which the check needs, and not V alone. */
  keepMatrices: boolean;
}
