import { JUDGED } from './race.mjs';

/** A row of the table as words, from a result of race, growth or memory. */
export function rowOf(result) {
  const { name, met, target } = result;
  const verdict = target === undefined ? 'for information' : met ? 'met' : 'missed';
  return { name, ...ROWS[result.kind](result), verdict };
}

/** One line about a result for `--check`. */
export function verdictLine(result) {
  const { name, measured, target, verdict } = rowOf(result);
  const law = result.agrees === false ? '; the laws differ' : '';
  return `${MARKS[verdict]} ${name}: ${measured}, target ${target}${law}`;
}

const MARKS = { met: 'met   ', missed: 'MISSED', 'for information': '      ' };

const ROWS = {
  race: ({ title, against, oursSeconds, peerSeconds, comparison, target }) => {
    const { ratio, lowest, highest } = comparison[JUDGED];
    return {
      work: title,
      peer: `PyTorch, ${against}`,
      ours: duration(oursSeconds),
      peers: duration(peerSeconds[JUDGED]),
      measured: `${times(ratio)} (${times(lowest)} to ${times(highest)})`,
      target: target === undefined ? 'none' : `≥ ${target}×`,
    };
  },
  growth: ({ points, fittedFrom, fittedTo, exponent, target }) => ({
    work: `Growth of a path-step, m = ${points[0][0]} to ${points.at(-1)[0]}`,
    peer: `fitted from ${fittedFrom} to ${fittedTo}`,
    ours: points.map(([m, seconds]) => `${m}: ${duration(seconds)}`).join(', '),
    peers: '',
    measured: `exponent ${exponent.toFixed(2)}`,
    target: `≤ ${target}`,
  }),
  memory: ({ paths, peakBytes, seconds, target }) => ({
    work: `Memory, ${paths.toLocaleString('en')} paths, m = 8`,
    peer: 'peak resident set of the process',
    ours: duration(seconds),
    peers: '',
    measured: `${Math.round(peakBytes / 1e6)} MB`,
    target: `≤ ${target / 1e6} MB`,
  }),
};

/** Seconds in the unit that suits them, with three digits. */
export function duration(seconds) {
  const [unit, size] =
    seconds >= 1
      ? ['s', 1]
      : seconds >= 1e-3
        ? ['ms', 1e-3]
        : seconds >= 1e-6
          ? ['µs', 1e-6]
          : ['ns', 1e-9];
  return `${Number((seconds / size).toPrecision(3))} ${unit}`;
}

function times(ratio) {
  return `${ratio >= 100 ? Math.round(ratio) : ratio.toPrecision(3)}×`;
}
