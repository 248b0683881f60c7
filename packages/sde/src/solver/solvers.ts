import { eulerMaruyama } from './euler-maruyama.js';
import { gramStep } from './gram-step.js';

/** Every solver by its name. */
export const SOLVERS = { eulerMaruyama, gramStep } as const;

export type SolverName = keyof typeof SOLVERS;

/** Names that someone may take for solvers of higher order. */
const EXTRAPOLATIONS = ['talayTubaro', 'romberg', 'richardson', 'extrapolate'];

/** Refuses a name that is no solver's. @throws RangeError naming `caller`, with the reason */
export function checkSolver(caller: string, name: string): asserts name is SolverName {
  if (Object.hasOwn(SOLVERS, name)) return;
  const names = Object.keys(SOLVERS).map((known) => `'${known}'`);
  const fix = EXTRAPOLATIONS.includes(name)
    ? 'Extrapolation combines two laws, not two paths: it has expectations and quantiles, but no ' +
      'paths, and so no ensemble. Call extrapolate with functionals.'
    : 'Choose one of them.';
  throw new RangeError(
    `${caller}: expected solver ${names.join(' or ')}, got '${String(name)}'. ${fix}`,
  );
}
