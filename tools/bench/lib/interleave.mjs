/**
 * Seconds of every contender in every round, `{ [name]: [rounds] }`.
 *
 * A round runs each once, and starts with another than the round before, so that what slows the
 * machine for a while slows all of them alike. One uncounted round goes first: it starts workers,
 * compiles and fills caches.
 *
 * @param {Record<string, (round: number) => Promise<number>>} contenders seconds of one run, whose
 *   seed should depend on the round
 * @param {number} rounds
 */
export async function interleave(contenders, rounds) {
  const names = Object.keys(contenders);
  const seconds = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await contenders[name](0);
  for (let round = 1; round <= rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      seconds[name].push(await contenders[name](round));
    }
  }
  return seconds;
}
