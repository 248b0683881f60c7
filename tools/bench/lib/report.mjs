import { format, resolveConfig } from 'prettier';
import { markdownTable } from '../../docs/markdown-table.mjs';
import { THREADS } from './peer-process.mjs';
import { STYLES } from './race.mjs';
import { duration, rowOf } from './rows.mjs';
import { ALPHA } from './same-law.mjs';

/**
 * docs/benchmarks.md: the machine, the table, both styles of every peer, the growth, the laws.
 *
 * @param results of race, growth and memory
 * @param machine rows of `machine.mjs`
 * @param path where it will be written, for the format of the repository
 */
export async function report(results, machine, path) {
  const races = results.filter(({ kind }) => kind === 'race');
  const growth = results.find(({ kind }) => kind === 'growth');
  const rounds = Math.max(...results.map((result) => result.rounds ?? 1));
  const text = [
    '# Benchmarks',
    'Written by `npx nx run sde:bench`; `npx nx run sde:bench -- --check` measures again and fails ' +
      'where a target is missed. The peers are installed by `node tools/bench/install-peers.mjs`.',
    markdownTable(
      ['work', 'against', 'ours', 'peer', 'measured', 'target', ''],
      results
        .map(rowOf)
        .map((row) => [
          row.work,
          row.peer,
          row.ours,
          row.peers,
          row.measured,
          row.target,
          row.verdict,
        ]),
    ),
    `Medians of ${rounds} rounds after one that is not counted. A round runs every contender once, ` +
      'in turn, ours over and over for a second at least; the ratio is that of the medians, and in ' +
      'brackets stand the smallest and largest ratio of a round.',
    '## Machine and versions',
    markdownTable(['', ''], machine),
    ...(races.length > 0 ? racesSections(races) : []),
    ...(growth ? growthSection(growth) : []),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

function racesSections(races) {
  const scaling = races.flatMap(({ against, peerPaths, paths }) => {
    const styles = STYLES.filter((style) => peerPaths[style] < paths);
    if (styles.length === 0) return [];
    const part = peerPaths[styles[0]];
    return [
      `- ${against}, ${styles.join(' and ')}: ${part} of ${paths.toLocaleString('en')} paths were run and ` +
        `their time multiplied by ${paths / part}; in chunks that stay in cache the work is proportional to the paths.`,
    ];
  });
  return [
    '## Peers',
    `Every peer uses ${THREADS} threads, as ours uses ${THREADS} workers, in a process that stays, and ` +
      'exists in two styles. _Plain_ is PyTorch, which the target holds against: its own threads ' +
      'within each operation, its own random numbers, and all paths together. ' +
      '_Tuned_ is what can be had around it, for information: each of two Python threads advances ' +
      'chunks of paths that stay in cache, and float64 numbers come from NumPy’s generators, which ' +
      'are faster. Symmetric products are folded, as the full mask allows, and factors are ' +
      '`cholesky_ex`, the fastest of those tried. The general root is a Cholesky factor of the whole ' +
      'm²×m² diffusion; the target is against torchsde, the library for SDEs in PyTorch, and the same ' +
      'root in a loop of our own stands beside it. In the chain both sides compute the hidden layer in ' +
      'float32 (`hiddenPrecision: "single"`) and everything else in float64.',
    markdownTable(
      ['against', 'ours', ...STYLES.flatMap((style) => [style, 'ratio'])],
      races.map(({ against, oursSeconds, peerSeconds, comparison }) => [
        against,
        duration(oursSeconds),
        ...STYLES.flatMap((style) => [
          duration(peerSeconds[style]),
          `${comparison[style].ratio.toPrecision(3)}×`,
        ]),
      ]),
    ),
    ...(scaling.length > 0 ? [scaling.join('\n')] : []),
    '## The same law',
    'A fast wrong answer is no answer: before the clock starts, the final covariances of either ' +
      'side are compared by two-sample Kolmogorov–Smirnov tests, and a row whose laws differ is ' +
      `missed. The level is ${ALPHA} for the statistics of one comparison together. In brackets ` +
      'stands the smallest distance that would have been rejected.',
    markdownTable(
      ['against', 'style', 'where', ...races[0].laws[0].tests.map(({ name }) => name)],
      races.flatMap(({ against, laws }) =>
        laws.map(({ style, changes, tests }) => [
          against,
          style,
          whereOf(changes),
          ...tests.map(
            ({ distance, detectable }) => `${distance.toFixed(3)} (${detectable.toFixed(3)})`,
          ),
        ]),
      ),
    ),
  ];
}

function growthSection({ points, fittedFrom, fittedTo, exponent }) {
  return [
    '## Growth',
    `One path-step of Euler–Maruyama in the calling thread. Between m = ${fittedFrom} and ` +
      `${fittedTo} the time grows as m to the power ${exponent.toFixed(2)} (least squares in ` +
      'logarithms).',
    markdownTable(
      ['m', 'a path-step', 'divided by m³'],
      points.map(([m, seconds]) => [String(m), duration(seconds), duration(seconds / m ** 3)]),
    ),
  ];
}

function whereOf(changes) {
  const entries = Object.entries(changes);
  if (entries.length === 0) return 'as timed';
  return entries.map(([name, value]) => `${name} ${value}`).join(', ');
}
