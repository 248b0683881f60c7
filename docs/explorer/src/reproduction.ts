import { depthFor, WIDTH } from './depth.ts';
import type { ExplorerState } from './explorer-state.ts';
import { BAND } from './snapshot.ts';

/** A program for Node that prints a state's numbers: the ends and the middle of the band at T. */
export function reproduction(state: ExplorerState): string {
  const { tokens, gamma, tau0, cMinus, mask, startRho, ratio, paths, seed, stopAt } = state;
  return `import { architecture, enoughSteps, meanCorrelation, simulateBatches, summarize } from '@shaped/sde';

const tokens = ${tokens};
const arch = architecture({
  tokens,
  width: ${WIDTH}, // any: the SDE is the limit
  depth: ${depthFor(state)},
  gamma: ${gamma},
  tau0: ${tau0},
  cMinus: ${cMinus},
  mask: '${mask}',
});
const V0 = Float64Array.from({ length: tokens ** 2 }, (_, i) =>
  i % (tokens + 1) === 0 ? 1 : ${startRho},
);
const batches = simulateBatches({
  arch,
  V0,
  time: ${ratio},
  ...enoughSteps(arch, ${ratio}),
  paths: ${paths},
  seed: ${seed},
  stopAt: ${stopAt},
});
const { statistics, stopped } = await summarize(batches, {
  statistics: { rho: meanCorrelation },
});
const end = statistics.rho[1];
console.log('mean rho:', [${BAND.join(', ')}].map((p) => end.quantile(p)));
console.log('blow-up probability:', stopped.fraction, '±', stopped.standardError);
`;
}
