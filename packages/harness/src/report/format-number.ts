/** Numbers beyond this many digits before the point, or zeros after it, are written with a power. */
const MOST_ZEROS = 3;

/**
 * A number as the page shows it: three significant digits, a true minus sign, `1.2·10⁻⁵` where many
 * zeros would stand, an em dash for what is absent or not finite.
 */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '—';
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return signed(String(value));
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -MOST_ZEROS || exponent > 5) {
    const [mantissa, power] = value.toExponential(digits - 1).split('e');
    return `${signed(String(Number(mantissa)))}·${powerOfTen(Number(power))}`;
  }
  return signed(String(Number(value.toPrecision(Math.max(digits, exponent + 1)))));
}

function signed(text: string): string {
  return text.replace('-', '−');
}

/** Such as `10⁻⁴`; the power is an integer. */
export function powerOfTen(power: number): string {
  return `10${[...String(power)].map((c) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(c)]).join('')}`;
}
