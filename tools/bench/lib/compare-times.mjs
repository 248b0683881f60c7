/** The middle of the numbers, or the mean of the middle two. */
export function median(numbers) {
  if (numbers.length === 0)
    throw new RangeError('median: expected numbers, got none. Run a round.');
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * How many times faster ours is: the ratio of the medians, and the smallest and largest ratio of
 * one round.
 *
 * @param {number[]} ours seconds by round
 * @param {number[]} peer seconds by round
 * @param {number} [scale] what the peer's seconds are multiplied by, when it did a part of the work
 */
export function compareTimes(ours, peer, scale = 1) {
  const ratios = ours.map((seconds, round) => (scale * peer[round]) / seconds);
  return {
    ratio: (scale * median(peer)) / median(ours),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  };
}
