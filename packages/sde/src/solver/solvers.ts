import { eulerMaruyama } from './euler-maruyama.js';
import { gramStep } from './gram-step.js';

/** Every solver by its name. */
export const SOLVERS = { eulerMaruyama, gramStep } as const;

export type SolverName = keyof typeof SOLVERS;
