import { performance } from 'node:perf_hooks';
import { compareTimes, median } from './compare-times.mjs';
import { interleave } from './interleave.mjs';
import { ours } from './ours.mjs';
import { sameLaw } from './same-law.mjs';

/** How the peer's two threads are used, as `peers/serve.py` says. */
export const STYLES = ['plain', 'tuned'];

/** The style that the target holds against: PyTorch with its own threads and random numbers. */
export const JUDGED = 'plain';

/** Seeds of timed rounds start here, those of compared laws there. */
const TIMED_SEED = 1_000;
const LAW_SEED = 1;

/**
 * One row of the table: whether ours and the peer follow one law, and how much faster ours is.
 *
 * A peer of another law fails the row, however fast either is.
 *
 * @param work of `works.mjs`
 * @param {{ peers: import('./peer-process.mjs').PeerProcess, how: object, rounds: number, log: (line: string) => void }} context
 */
export async function race(work, { peers, how, rounds, log }) {
  log(`${work.name}: comparing the laws …`);
  const laws = [];
  for (const changes of work.agreement)
    laws.push(...(await compareLaws(work, changes, peers, how)));
  log(`${work.name}: ${rounds} rounds …`);
  const request = (style, round) => ({
    ...peerRequest(work, work.problem, work.peerPaths[style], style),
    seed: TIMED_SEED + round,
  });
  const contenders = {
    ours: (round) => {
      const { problem, paths } = work;
      return secondsOf((turn) =>
        ours[work.ours]({ problem, paths, seed: TIMED_SEED + round + turn * rounds }, how),
      );
    },
  };
  for (const style of STYLES) {
    contenders[style] = async (round) => (await peers.run(request(style, round))).seconds;
  }
  const seconds = await interleave(contenders, rounds);
  const scaleOf = (style) => work.paths / work.peerPaths[style];
  const comparison = Object.fromEntries(
    STYLES.map((style) => [style, compareTimes(seconds.ours, seconds[style], scaleOf(style))]),
  );
  return {
    kind: 'race',
    ...work,
    rounds,
    laws,
    agrees: laws.every(({ same }) => same),
    oursSeconds: median(seconds.ours),
    peerSeconds: Object.fromEntries(
      STYLES.map((style) => [style, scaleOf(style) * median(seconds[style])]),
    ),
    comparison,
    met: laws.every(({ same }) => same) && comparison[JUDGED].ratio >= (work.target ?? 0),
  };
}

/** Ours is repeated for as long as a peer's run lasts at least, so that waking up counts alike. */
const LEAST_SECONDS = 1;

/** Seconds of one run of `work`, the mean over turns that take {@link LEAST_SECONDS} together. */
async function secondsOf(work) {
  const start = performance.now();
  let seconds = 0;
  let turns = 0;
  while (seconds < LEAST_SECONDS) {
    await work(turns++);
    seconds = (performance.now() - start) / 1_000;
  }
  return seconds / turns;
}

async function compareLaws(work, { paths, ...changes }, peers, how) {
  const problem = { ...work.problem, ...changes };
  const mine = await ours[work.ours]({ problem, paths: work.paths, seed: LAW_SEED }, how);
  const peerPaths = paths ?? LAW_PATHS[work.peer] ?? work.paths;
  const laws = [];
  for (const style of STYLES) {
    const request = { ...peerRequest(work, problem, peerPaths, style), seed: LAW_SEED };
    const { V } = await peers.run({ ...request, sample: true });
    laws.push({ style, changes, ...sameLaw(mine.V, V, problem.tokens) });
  }
  return laws;
}

/** Paths of a peer too slow for as many as ours. */
const LAW_PATHS = { sdeGeneral: 1024, sdeTorchsde: 1024 };

function peerRequest({ peer, chunks }, problem, paths, style) {
  return { peer, problem, paths, style, chunk: chunks[style] };
}
