import { deriveSeed } from '../../../packages/random/dist/index.js';
import {
  collapseOde,
  collapseRecursion,
  extrapolate,
  simulate,
  simulateChain,
} from '../../../packages/sde/dist/index.js';
import {
  COLLAPSE,
  corrected,
  FUNCTIONALS,
  initialCovariance,
  network,
  PROBLEM,
  unshaped,
  WRONG,
} from './problem.mjs';

/** Digits that a value keeps in the data: far below any standard error. */
const DIGITS = 10;

/** A width for networks of which only the SDE is wanted. */
const ANY_WIDTH = 64;

/**
 * What a job finds: of paths `{ id, stopped, rho, logV }`, the functionals of their final V; of a
 * `step` job `{ id, rho, logV }` with the step error of the finer solution, `{ value, error }`; of
 * `curves` `{ id, ode, recursion }`, the mean ρ at the end.
 *
 * All SDEs of one mask follow the same Brownian paths; chains of every width have draws of their own.
 */
export async function runJob(job, workers) {
  const { id, source, mask, gamma, width, wrong, firstPath, paths } = job;
  const { time, steps, stopAt } = PROBLEM;
  const common = { V0: initialCovariance(), paths, firstPath, stopAt };
  const seed = () => deriveSeed(PROBLEM.seed, 'sde', mask);
  const sde = (arch) =>
    simulate({ ...common, arch, seed: seed(), time, steps, recordAt: [steps], workers });
  switch (source) {
    case 'chain': {
      const arch = network(mask, width);
      const own = deriveSeed(PROBLEM.seed, 'chain', mask, width);
      const recordAt = [arch.depth];
      return values(id, await simulateChain({ ...common, arch, seed: own, recordAt, workers }));
    }
    case 'unshaped': {
      const arch = unshaped(gamma, width);
      const own = deriveSeed(PROBLEM.seed, 'unshaped', 1 / gamma, width);
      const { V0 } = common;
      const chain = { arch, V0, paths, firstPath, seed: own, recordAt: [arch.depth], workers };
      return values(id, await simulateChain(chain));
    }
    case 'curves': {
      const arch = unshaped(gamma, COLLAPSE.widths[0]);
      const { draws } = COLLAPSE;
      const sample = { arch, V0: common.V0, draws, replicas: paths };
      const last = ({ rho, rhoError }) => ({ value: rho.at(-1), error: rhoError.at(-1) });
      return {
        id,
        ode: last(collapseOde({ ...sample, seed: deriveSeed(PROBLEM.seed, 'ode', 1 / gamma) })),
        recursion: last(
          collapseRecursion({ ...sample, seed: deriveSeed(PROBLEM.seed, 'recursion', 1 / gamma) }),
        ),
      };
    }
    case 'sde':
      return values(id, await sde(network(mask, ANY_WIDTH)));
    case 'corrected':
      return values(id, await sde(corrected(mask, width)));
    case 'wrong':
      return values(id, await sde(network(mask, ANY_WIDTH, WRONG[wrong](mask))));
    case 'step': {
      const arch = network(mask, ANY_WIDTH);
      const functionals = FUNCTIONALS;
      const pair = { ...common, arch, seed: seed(), time, functionals, steps: steps / 2, workers };
      const found = (await extrapolate(pair)).functionals;
      const errors = Object.keys(functionals).map((name) => {
        const { stepError: value, stepErrorStandardError: error } = found[name];
        return [name, { value, error }];
      });
      return { id, ...Object.fromEntries(errors) };
    }
  }
}

function values(id, { V, tokens, paths, stoppedAt }) {
  const size = tokens * tokens;
  const read = (functional) =>
    Array.from({ length: paths }, (_, p) =>
      Number(functional(V.subarray(p * size, (p + 1) * size), tokens).toPrecision(DIGITS)),
    );
  const entries = Object.entries(FUNCTIONALS).map(([name, f]) => [name, read(f)]);
  return { id, stopped: stoppedAt.filter(Number.isFinite).length, ...Object.fromEntries(entries) };
}
