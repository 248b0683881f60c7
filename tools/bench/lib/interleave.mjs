import { setTimeout } from 'node:timers/promises';

/** Threads of a pool that has just worked spin for up to 0.2 s more, on cores the next one needs. */
const SETTLE_MS = 400;

/**
 * Seconds of every contender in every round, `{ [name]: [rounds] }`.
 *
 * A round runs each once, and starts with another than the round before, so that what slows the
 * machine for a while slows all of them alike. One uncounted round goes first: it starts workers,
 * compiles and fills caches. Before each run the machine is left alone for a moment.
 *
 * @param {Record<string, (round: number) => Promise<number>>} contenders seconds of one run, whose
 *   seed should depend on the round
 * @param {number} rounds
 * @param {number} [settle] milliseconds
 */
export async function interleave(contenders, rounds, settle = SETTLE_MS) {
  const names = Object.keys(contenders);
  const seconds = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await contenders[name](0);
  for (let round = 1; round <= rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      await setTimeout(settle);
      seconds[name].push(await contenders[name](round));
    }
  }
  return seconds;
}
