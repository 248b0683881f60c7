import { FULL_UP_TO } from './parse-options.mjs';
import { COLLAPSE, PROBLEM, unshaped, WRONG } from './problem.mjs';

/** A job of this cost, in units of a layer's hidden columns, is about a minute of one core. */
const JOB_COLUMNS = 2.5e9;

/** The most paths of a job: what is lost when a run is interrupted. */
const JOB_PATHS = 2500;

/** Paths of the SDE with c(n) b, and of the wrong ones: they share the noise of the right one. */
const PAIRED_SHARE = 0.2;

/** Columns that a step of the SDE counts for: its cost against that of the chain's layers. */
const STEP_COLUMNS = 70;

/** Unshaped chains a γ and width, of the shaped ones a width. */
const CHAIN_SHARE = 0.1;

/** Columns that an attention matrix of a curve counts for. */
const CURVE_COLUMNS = 5;

/**
 * Everything a run computes, as jobs in the order in which they are done: `{ id, source, mask?, width?,
 * wrong?, gamma?, firstPath, paths, cost }`. An id says all of a job, whatever the other options, so that
 * more paths or widths go on from those there are.
 */
export function plan({ widths, masks, paths, sdePaths, collapse }) {
  const paired = Math.max(1, Math.round(PAIRED_SHARE * sdePaths));
  const { time, steps } = PROBLEM;
  const sde = steps * STEP_COLUMNS;
  return [
    ...masks.flatMap((mask) => [
      job({ source: 'step', mask }, 0, paired, 1.5 * sde),
      ...chunks({ source: 'sde', mask }, sdePaths, sde),
      ...Object.keys(WRONG).flatMap((wrong) =>
        chunks({ source: 'wrong', mask, wrong }, paired, sde),
      ),
    ]),
    ...(collapse ? collapseJobs(paths) : []),
    ...widths.flatMap((width) =>
      masks.flatMap((mask) => [
        ...chunks({ source: 'corrected', mask, width }, paired, sde),
        ...chunks({ source: 'chain', mask, width }, chains(paths, width), time * width ** 2),
      ]),
    ),
  ];
}

/** Curves of rank collapse at infinite width, and chains of unshaped networks. */
function collapseJobs(paths) {
  const { gammas, widths, replicas, draws } = COLLAPSE;
  const count = Math.max(2, Math.round(CHAIN_SHARE * paths));
  return gammas.flatMap((gamma) => {
    const { depth } = unshaped(gamma, widths[0]);
    return [
      job({ source: 'curves', gamma }, 0, replicas, 5 * depth * draws * CURVE_COLUMNS),
      ...widths.flatMap((width) =>
        chunks({ source: 'unshaped', gamma, width }, count, depth * width),
      ),
    ];
  });
}

/** Chains at one width. */
function chains(paths, width) {
  return Math.max(1, Math.round(paths * Math.min(1, FULL_UP_TO / width) ** 1.5));
}

/** Whole jobs that make up at least `paths` paths. */
function chunks(law, paths, costAPath) {
  const size = Math.max(1, Math.min(JOB_PATHS, paths, Math.floor(JOB_COLUMNS / costAPath)));
  return Array.from({ length: Math.ceil(paths / size) }, (_, i) =>
    job(law, i * size, size, costAPath),
  );
}

function job(law, firstPath, paths, costAPath) {
  const { source, mask, gamma, width, wrong } = law;
  const id = [source, mask ?? gamma, width ?? wrong, firstPath, paths].filter(
    (x) => x !== undefined,
  );
  return { ...law, id: id.join('/'), firstPath, paths, cost: paths * costAPath };
}
