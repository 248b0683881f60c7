import { FORMULAS } from './formulas.mjs';

/** Significant digits: the last one may differ between engines, which round differently. */
const DIGITS = 2;

/**
 * The table, Markdown, from measurements of tests: a formula, where it is, who tests it, its largest
 * deviation by unit, and that of the wrong formula that comes closest; then every wrong formula.
 *
 * @throws Error for a measurement of no known formula, or a formula that nothing measures
 */
export function table(measurements) {
  const unknown = measurements.find(({ formula }) => !FORMULAS.some(({ key }) => key === formula));
  if (unknown !== undefined) {
    throw new Error(
      `table: expected measurements of the formulas in formulas.mjs, got "${unknown.formula}" in ` +
        `${unknown.file}. Add it there.`,
    );
  }
  const rows = FORMULAS.map(({ key, title, sections, files }) => {
    const own = measurements.filter(({ formula }) => formula === key);
    const right = own.filter(({ wrong }) => wrong === undefined);
    const wrong = own.filter((measurement) => measurement.wrong !== undefined);
    if (right.length === 0 || wrong.length === 0) {
      throw new Error(
        `table: expected "${key}" to be measured right and wrong, got ${right.length} and ` +
          `${wrong.length} measurements. Call confirm and reject in its tests.`,
      );
    }
    return [
      `${title} (${sections})`,
      files.map((file) => `\`${file}\``).join(', '),
      unique(own.map(({ file }) => `\`${file}\``)).join(', '),
      groups(right, ({ unit }) => unit)
        .map((group) => `${shown(extreme(group, Math.max))}, ${count(group.length)}`)
        .join('; '),
      groups(wrong, ({ unit }) => unit)
        .map((group) => rejected(extreme(group, Math.min)))
        .join('; '),
    ];
  });
  const lists = FORMULAS.map(({ key, title }) => {
    const wrong = measurements.filter((one) => one.formula === key && one.wrong !== undefined);
    const all = groups(wrong, (measurement) => measurement.wrong + measurement.unit);
    return `- _${title}_. ${all.map((group) => rejected(extreme(group, Math.min))).join('; ')}.`;
  });
  const head = [
    'formula (section)',
    'file',
    'test',
    'largest deviation seen',
    'closest wrong formula',
  ];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n\nEvery wrong formula, and how far it is:\n\n${lists.join('\n')}`;
}

const count = (n) => (n === 1 ? '1 comparison' : `${n} comparisons`);
const rejected = (measurement) => `${measurement.wrong}: ${shown(measurement)}`;

const ratioOf = ({ deviation, limit }) => (deviation === 'infinite' ? Infinity : deviation / limit);

/** The measurement with the largest or smallest deviation in terms of its limit. */
function extreme(group, choose) {
  const ratio = choose(...group.map(ratioOf));
  return group.find((measurement) => ratioOf(measurement) === ratio);
}

/** A deviation with what is allowed, such as `3.1 se (4.7 allowed)`. */
function shown({ deviation, limit, unit }) {
  if (unit === '−log₁₀ p') return `p = ${power(deviation)} (level ${power(limit)})`;
  const [value, most] = [deviation, limit].map(number);
  if (unit === 'tolerances') return `${value} of the tolerance`;
  const name = SHORT[unit];
  return `${value}${name === undefined ? '' : ` ${name}`} (${most} allowed)`;
}

/** Units beside a number; relative deviations have none. */
const SHORT = {
  'standard errors': 'se',
  'float32 roundings': 'roundings',
  'remainder of O(1/n) at n = 2²⁰': 'at n = 2²⁰',
};

/** A p-value from its digits, which may be more than float64 holds; Bonferroni may raise it above 1. */
function power(digits) {
  if (digits === 'infinite' || digits > 300) return '10⁻³⁰⁰ or less';
  return number(Math.min(1, 10 ** -digits));
}

function number(x) {
  if (x === 'infinite') return '∞';
  if (x === 0) return '0';
  const [mantissa, exponent] = x
    .toExponential(DIGITS - 1)
    .split('e')
    .map(Number);
  if (exponent >= -2 && exponent < 5) return String(Number(x.toPrecision(DIGITS)));
  const raised = [...String(exponent)].map((digit) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(digit)]);
  return `${mantissa === 1 ? '' : `${mantissa}·`}10${raised.join('')}`;
}

function groups(all, keyOf) {
  const found = new Map();
  for (const one of all) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
  return [...found.values()];
}

const unique = (all) => [...new Set(all)];
