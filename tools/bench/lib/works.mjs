import { PROBLEM } from './problem.mjs';

/**
 * Where a wrong softmax term shows: without the attention terms log V₁₁ differs by a distance of
 * 0.13 there, by 0.03 in the timed problem.
 */
export const TELLING = { tau0: 0.3, variance0: 2, time: 0.2, steps: 80, depth: 40 };

/**
 * What is timed against a peer, in the order of the table.
 *
 * - `ours`: which of `ours.mjs`; `peer`: which of `peers/serve.py`.
 * - `paths`: of ours; `peerPaths`: of the peer in either style, whose seconds are multiplied by paths / peerPaths.
 * - `chunks`: paths that the peer advances together in each style: all, and the fastest of those tried.
 * - `target`: times faster that ours must be; without one the row is for information.
 * - `agreement`: what differs from the timed problem where the laws are compared.
 */
const WORKS = [
  {
    name: 'sde',
    title: 'Transformer SDE, m = 8, 4,096 paths, 75 steps, float64',
    against: 'the same O(m³) scheme',
    ours: 'sde',
    peer: 'sde',
    paths: 4096,
    peerPaths: { plain: 4096, tuned: 4096 },
    chunks: { plain: 4096, tuned: 2048 },
    target: 10,
    agreement: [{}, TELLING],
  },
  {
    name: 'sde-torchsde',
    title: 'the same SDE',
    against: 'torchsde with the general m²×m² root',
    ours: 'sde',
    peer: 'sdeTorchsde',
    paths: 4096,
    peerPaths: { plain: 4096, tuned: 256 },
    chunks: { plain: 4096, tuned: 128 },
    target: 100,
    // torchsde carries a path that leaves the cone on as NaN: only where none does.
    agreement: [{}],
  },
  {
    name: 'sde-general',
    title: 'the same SDE',
    against: 'the same root without torchsde',
    ours: 'sde',
    peer: 'sdeGeneral',
    paths: 4096,
    peerPaths: { plain: 4096, tuned: 512 },
    chunks: { plain: 4096, tuned: 128 },
    agreement: [{}, TELLING],
  },
  {
    name: 'chain',
    title: 'Exact chain, n = 200, d = 150, m = 8, 4,096 networks',
    against: 'the same chain',
    ours: 'chain',
    peer: 'chain',
    paths: 4096,
    peerPaths: { plain: 4096, tuned: 4096 },
    chunks: { plain: 4096, tuned: 1024 },
    target: 5,
    agreement: [{}, TELLING],
  },
  {
    name: 'chain-dense',
    title: 'the same networks',
    against: 'dense networks, all weights drawn',
    ours: 'chain',
    peer: 'dense',
    paths: 4096,
    peerPaths: { plain: 16, tuned: 16 },
    chunks: { plain: 16, tuned: 4 },
    target: 200,
    agreement: [{ ...TELLING, paths: 512 }],
  },
];

/** Paths, steps and layers of a quick run, which tries the tool and measures nothing. */
const QUICK = { paths: 64, peerPaths: { plain: 8, tuned: 8 }, steps: 5, depth: 3 };

/** The works with their problems; small ones for a quick run. */
export function works(quick) {
  return WORKS.map((work) => {
    if (!quick) return { ...work, problem: PROBLEM };
    const { paths, peerPaths, steps, depth } = QUICK;
    const problem = { ...PROBLEM, steps, depth, time: 0.05 };
    return { ...work, paths, peerPaths, problem, agreement: [{ paths: 256 }] };
  });
}

/** Names of all works, growth and memory among them. */
export const NAMES = [...WORKS.map(({ name }) => name), 'growth', 'memory'];
