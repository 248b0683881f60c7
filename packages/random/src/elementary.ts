const numbers = new Float64Array(1);
const words = new Uint32Array(numbers.buffer);
// Which of the two words holds the exponent.
numbers[0] = 1;
const TOP = words[1] === 0 ? 0 : 1;

/** Upper word of √½: mantissas are taken from [√½, √2), give or take 2^-20. */
const TOP_OF_ROOT_HALF = 0x3fe6a09e;

/** Coefficients 1/(2k + 1) of `atanh(s)/s` in s², highest first: 10 terms for |s| ≤ 0.172. */
const ATANH = Array.from({ length: 11 }, (_, i) => 1 / (21 - 2 * i));

/** Coefficients 1/k! of the exponential: 14 terms for |r| ≤ 0.347. */
const EXP = Float64Array.from({ length: 14 }, (_, n) => {
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return 1 / factorial;
});

/** ln 2 as a sum of a number with 32 trailing zero bits, whose multiples are exact, and the rest. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/**
 * The natural logarithm of a positive normal number, to two units in the last place: the same bits
 * on every engine, which ECMAScript does not promise of `Math.log`.
 */
export function log(x: number): number {
  numbers[0] = x;
  const exponent = (words[TOP] - TOP_OF_ROOT_HALF) >> 20;
  words[TOP] -= exponent << 20;
  const f = numbers[0] - 1;
  const s = f / (2 + f);
  const z = s * s;
  let sum = ATANH[0];
  for (let k = 1; k < ATANH.length; k++) sum = sum * z + ATANH[k];
  return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW);
}

/** e^x for x in [−700, 700], to two units in the last place: the same bits on every engine. */
export function exp(x: number): number {
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // In pairs, not one after the other: kernels that mirror this wait less.
  const r2 = r * r;
  const r4 = r2 * r2;
  const c = EXP;
  const low = c[0] + c[1] * r + (c[2] + c[3] * r) * r2;
  const middle = c[4] + c[5] * r + (c[6] + c[7] * r) * r2;
  const high = c[8] + c[9] * r + (c[10] + c[11] * r) * r2;
  const sum = low + (middle + (high + (c[12] + c[13] * r) * r4) * r4) * r4;
  numbers[0] = 1;
  words[TOP] += k << 20;
  return sum * numbers[0];
}
