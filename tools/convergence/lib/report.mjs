import { format, resolveConfig } from 'prettier';
import { markdownTable } from '../../docs/markdown-table.mjs';
import { COLLAPSE, PROBLEM } from './problem.mjs';
import { FIT_FROM } from './summarize.mjs';

const TITLES = { rho: 'mean correlation ρ', logV: 'mean log V_aa' };

/** Digits of a number beside its standard error. */
const DIGITS = 4;

/** The text of docs/convergence.md from `summarize`'s answers, in the format of the repository. */
export async function report(summaries, collapse, path, figure) {
  const { tokens, tau0, cPlus, cMinus, time, stopAt, steps, variance0, rho0 } = PROBLEM;
  const text = [
    '# Convergence in the width',
    'Written by `npx nx run sde:convergence`, which continues where it was interrupted; `-- --help` ' +
      'lists its options. It measures how far the exact chain of width n, which has the law of the ' +
      'network, is from the covariance SDE at equal depth/width.',
    `**Setting.** m = ${tokens} tokens, V0 with ${variance0} on the diagonal and ${rho0} off it, ` +
      `γ = 1/√8, τ0 = ${tau0}, c₊ = ${cPlus}, c₋ = ${minus(cMinus)}, T = depth/width = ${time}. Both ` +
      `processes stop at |V| > ${stopAt} ([why](decisions/stopped-trend.md)). The SDE is solved by ` +
      `Euler–Maruyama with ${steps} steps; means are extrapolated with ${steps / 2} steps on the ` +
      'same Brownian paths.',
    '**What is expected** ([theory.md](theory.md), section 4). A layer’s MLP drift is exactly c(n) b/n, and ' +
      'everything else of a layer differs from the SDE’s coefficients by O(1/n) relatively. So ' +
      'the gap is O(1/√n) with a coefficient that can be computed: _SDE with c(n) b_ is the shift of ' +
      'the SDE’s mean when b is replaced by c(n) b on the same Brownian paths. What is left of ' +
      'the gap beyond it must be O(1/n).',
    'Gaps and shifts are in standard deviations of the SDE’s functional, ± one standard error of the ' +
      'chain’s mean (that of the SDE’s mean, common to all widths, stands above each table). KS is the ' +
      'two-sample Kolmogorov–Smirnov distance, in brackets the smallest that these sample sizes ' +
      'reject at 5 %.',
    ...(figure ? [`![Gap from the exact chain to the SDE against the width](${figure})`] : []),
    ...summaries.flatMap(section),
    ...(collapse.length > 0 ? collapseSection(collapse) : []),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

/** One table for a terminal. */
export function lines({ mask, name, sde, rows, fits }) {
  return [
    `${mask} mask, ${TITLES[name]}: SDE ${fixed(sde.limit)} (sd ${fixed(sde.unit)})`,
    ...rows.map(
      ({ n, paths, gap, expected, rest, ks, detectable }) =>
        `  n ${n}: ${paths} paths, gap ${pm(gap)}, SDE with c(n) b ${pm(expected)}, rest ${pm(rest)}, ` +
        `KS ${ks.toFixed(3)} (${detectable.toFixed(3)})`,
    ),
    ...(fits ? fitLines(fits).map((line) => `  ${line}`) : []),
  ].join('\n');
}

function section({ mask, name, sde, rows, wrong, fits }) {
  return [
    `## ${TITLES[name][0].toUpperCase()}${TITLES[name].slice(1)}, ${mask} mask`,
    `SDE: ${fixed(sde.limit)} with standard deviation ${fixed(sde.unit)}, from ` +
      `${count(sde.paths)} paths of which ${percent(sde.stopped)} stopped; standard error of its mean ` +
      `${fixed(sde.limitError)} standard deviations; step error of the finer solution ` +
      `${pm(sde.stepError)}, taken off.`,
    markdownTable(
      ['n', 'depth', 'chains', 'stopped', 'mean', 'gap', 'SDE with c(n) b', 'rest', 'KS'],
      rows.map((row) => [
        count(row.n),
        count(Math.round(PROBLEM.time * row.n)),
        count(row.paths),
        percent(row.stopped),
        `${fixed(row.mean)} ± ${fixed(row.standardError)}`,
        pm(row.gap),
        pm(row.expected),
        pm(row.rest),
        `${row.ks.toFixed(3)} (${row.detectable.toFixed(3)})`,
      ]),
    ),
    ...(fits
      ? [
          fitLines(fits)
            .map((line) => `- ${line}`)
            .join('\n'),
        ]
      : []),
    'What this comparison would have seen: the same SDE with one thing wrong, on the same Brownian paths.',
    markdownTable(
      ['wrong', 'shift of the mean', 'KS'],
      wrong.map(({ what, gap, ks }) => [what, pm(gap), ks.toFixed(3)]),
    ),
  ];
}

function collapseSection(rows) {
  const widths = rows[0].chains.map(({ width }) => width);
  return [
    '## Rank collapse of unshaped networks: the ODE against the exact chain',
    `One head, an output projection, τ0 = ${COLLAPSE.tau0}, the same V0; mean ρ at s = γ²·depth = ` +
      `${COLLAPSE.end} ([theory.md](theory.md), section 10). The recursion is the network of infinite width; ` +
      'from it to the ODE γ goes to 0, from it to the chain the width is finite. In brackets the ' +
      'standard deviation over networks.',
    markdownTable(
      [
        ...['γ', 'depth', 'ODE', 'recursion', 'recursion − ODE'],
        ...widths.flatMap((n) => [`chain, n = ${n}`, 'chain − recursion']),
      ],
      rows.map(({ gamma, depth, ode, recursion, gap, chains }) => [
        `1/${1 / gamma}`,
        String(depth),
        pm(ode),
        pm(recursion),
        pm(gap),
        ...chains.flatMap((chain) => [
          `${pm(chain.mean)} (${chain.standardDeviation.toFixed(3)})`,
          pm(chain.gap),
        ]),
      ]),
    ),
  ];
}

function fitLines({ limit, limitError, pValue, gap, rest }) {
  return [
    `Left as n → ∞ (fit of limit + α/√n + β/n, n ≥ ${FIT_FROM}): ${pm({ value: limit, error: limitError })}, ` +
      `p = ${pValue.toPrecision(2)} for none, the SDE’s own error included.`,
    `Gap: ${lawOf(gap)}`,
    `Rest beyond the SDE with c(n) b: ${lawOf(rest)}`,
  ];
}

function lawOf({ seen, exponent, low, high, amplitude, chiSquared, degreesOfFreedom }) {
  const quality = `χ² = ${chiSquared.toFixed(1)} of ${degreesOfFreedom} degrees of freedom`;
  if (!seen) return `not told apart from none (${quality} for the best power).`;
  return (
    `${minus(amplitude.toPrecision(3))} n^−${exponent.toFixed(2)}, exponent between ${low.toFixed(2)} and ` +
    `${high.toFixed(2)} at 95 %, ${quality}.`
  );
}

const pm = ({ value, error }) => `${minus(fixed(value))} ± ${fixed(error)}`;
const fixed = (x) => minus(x.toFixed(DIGITS));
const percent = (x) => `${(100 * x).toFixed(1)} %`;
const count = (x) => x.toLocaleString('en');
const minus = (x) => String(x).replace('-', '−');
