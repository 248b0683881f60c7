import { performance } from 'node:perf_hooks';
import { median } from '../lib/compare-times.mjs';
import { interleave } from '../lib/interleave.mjs';
import { attentionPass } from './attention-pass.mjs';
import { measureMemory } from './measure-memory.mjs';
import { fractionOf } from './race-step.mjs';
import { rested } from './rested.mjs';

/** Passes before the clock starts, which record and compile. */
const WARM_UP = 3;

const timed = (pass, steps) => async () => {
  const start = performance.now();
  pass.run(steps);
  return (performance.now() - start) / 1_000 / steps;
};

/** Forward and backward of the shaped block against PyTorch's. */
export async function raceAttention(work, { peer, rounds, log }) {
  const { attention, steps } = work;
  const pass = attentionPass(attention, true);
  try {
    pass.run(WARM_UP);
    log(`${work.name}: ${rounds} rounds …`);
    const request = { do: 'attend', attention: { ...attention, shaped: true }, steps };
    const seconds = await interleave(
      {
        ours: rested(timed(pass, steps)),
        peer: rested(async () => (await peer.ask(request)).seconds / steps),
      },
      rounds,
    );
    return resultOf(work, rounds, seconds.ours, seconds.peer);
  } finally {
    pass.dispose();
  }
}

/** Rounds for one of the others: a difference of a few percent needs more of them. */
const TURNS = 16;

/** Forward and backward of the shaped block against plain softmax in the same backend. */
export async function raceShaping(work, { rounds, log }) {
  const { attention, steps, memoryTarget } = work;
  const passes = { ours: attentionPass(attention, true), peer: attentionPass(attention, false) };
  try {
    for (const pass of Object.values(passes)) pass.run(WARM_UP);
    log(`${work.name}: ${rounds} rounds …`);
    const seconds = await interleave(
      { ours: timed(passes.ours, steps), peer: timed(passes.peer, steps) },
      rounds * TURNS,
    );
    const memory = await measureMemory(work);
    const result = resultOf(work, rounds * TURNS, seconds.ours, seconds.peer);
    return { ...result, memory, met: result.met && memory.ratio <= memoryTarget };
  } finally {
    for (const pass of Object.values(passes)) pass.dispose();
  }
}

function resultOf(work, rounds, ours, peer) {
  const fraction = fractionOf(ours, peer);
  return {
    ...work,
    rounds,
    oursSeconds: median(ours),
    peerSeconds: median(peer),
    ...fraction,
    met: fraction.ratio <= work.target,
  };
}
