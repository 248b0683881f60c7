import type { Stream } from '@shaped/random';

/** One way to advance V in time, with what is known of its error. */
export interface Solver {
  readonly name: 'eulerMaruyama' | 'gramStep';
  /** The calculus of the equation it solves. */
  readonly calculus: 'ito';
  /** Exponent p of E|V(T) − V_dt(T)| ~ dt^p on one Brownian path, of the stopped process; null: none. */
  readonly strongOrder: number | null;
  /** Exponent p of |E f(V(T)) − E f(V_dt(T))| ~ dt^p for smooth f, of the stopped process. */
  readonly weakOrder: number;
  /** Whether every step stays positive semidefinite. */
  readonly preservesCone: boolean;
  /** When to use it, and when not. */
  readonly domain: string;
  /** Advances V in place by one step. Returns whether the step was projected onto the cone. */
  step(V: Float64Array, stream: Stream): boolean;
}
