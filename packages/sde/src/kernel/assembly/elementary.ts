/** Scalar log and exp with the operations, and so the bits, of `@shaped/random`; vector exp. */

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const LN2: f64 = 0.6931471805599453;

/** ln x of a positive normal number. */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const exponent = (<i32>(bits >>> 32) - 0x3fe6a09e) >> 20;
  const f = reinterpret<f64>(bits - (<u64>(<i64>exponent) << 52)) - 1.0;
  const s = f / (2.0 + f);
  const z = s * s;
  let sum: f64 = 1.0 / 21.0;
  for (let k = 19; k > 0; k -= 2) sum = sum * z + 1.0 / <f64>k;
  return <f64>exponent * LN2_HIGH + (2.0 * s * sum + <f64>exponent * LN2_LOW);
}

/** 1/k! for k = 0 … 13. */
const FACTORIALS: usize = memory.data<f64>([
  1.0, 1.0, 0.5, 0.16666666666666666, 0.041666666666666664, 0.008333333333333333,
  0.001388888888888889, 0.0001984126984126984, 0.0000248015873015873, 0.0000027557319223985893,
  2.755731922398589e-7, 2.505210838544172e-8, 2.08767569878681e-9, 1.6059043836821613e-10,
]);

/** e^x for x in [−700, 700]. */
export function exp(x: f64): f64 {
  const k = Math.floor(x / LN2 + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = load<f64>(FACTORIALS, 104);
  for (let i = 12; i >= 0; i--) sum = sum * r + load<f64>(FACTORIALS + (<usize>i << 3));
  return sum * reinterpret<f64>(<u64>(1023 + <i64>k) << 52);
}

// @ts-ignore: decorator
@inline
function term(k: usize): v128 {
  return v128.load64_splat(FACTORIALS + (k << 3));
}

/** e^x of both lanes, for x ≤ 0; 0 below −700, NaN for NaN. */
export function expOfNegative(x: v128): v128 {
  const clamped = f64x2.max(x, f64x2.splat(-708));
  // Adding 1.5·2^52 rounds to an integer and leaves it in the lowest bits.
  const magic = f64x2.splat(6755399441055744.0);
  const shifted = f64x2.add(f64x2.mul(clamped, f64x2.splat(1.4426950408889634)), magic);
  const k = f64x2.sub(shifted, magic);
  const r = f64x2.sub(
    f64x2.sub(clamped, f64x2.mul(k, f64x2.splat(LN2_HIGH))),
    f64x2.mul(k, f64x2.splat(LN2_LOW)),
  );
  let sum = term(13);
  for (let i: usize = 12; i > 0; i--) sum = f64x2.add(f64x2.mul(sum, r), term(i));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  const value = f64x2.mul(sum, power);
  return v128.bitselect(f64x2.splat(0), value, f64x2.lt(x, f64x2.splat(-700)));
}
