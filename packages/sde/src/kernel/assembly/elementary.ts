/** Scalar log and exp with the operations, and so the bits, of `@shaped/random`; vector exp. */

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

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

// @ts-ignore: decorator
@inline
function c(k: usize): f64 {
  return load<f64>(FACTORIALS + (k << 3));
}

/** e^x for x in [−700, 700]. */
export function exp(x: f64): f64 {
  const k = Math.floor(x * 1.4426950408889634 + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  const r2 = r * r, r4 = r2 * r2;
  const low = 1.0 + r + (c(2) + c(3) * r) * r2;
  const middle = c(4) + c(5) * r + (c(6) + c(7) * r) * r2;
  const high = c(8) + c(9) * r + (c(10) + c(11) * r) * r2;
  const sum = low + (middle + (high + (c(12) + c(13) * r) * r4) * r4) * r4;
  return sum * reinterpret<f64>(<u64>(1023 + <i64>k) << 52);
}

// @ts-ignore: decorator
@inline
function term(k: usize): v128 {
  return v128.load64_splat(FACTORIALS + (k << 3));
}

/** e^x of both lanes, for x ≤ 0; 0 below −700, NaN for NaN. */
export function expOfNegative(x: v128): v128 {
  const clamped = f64x2.pmax(x, f64x2.splat(-708));
  // Adding 1.5·2^52 rounds to an integer and leaves it in the lowest bits.
  const magic = f64x2.splat(6755399441055744.0);
  const shifted = f64x2.add(f64x2.mul(clamped, f64x2.splat(1.4426950408889634)), magic);
  const k = f64x2.sub(shifted, magic);
  const r = f64x2.sub(
    f64x2.sub(clamped, f64x2.mul(k, f64x2.splat(LN2_HIGH))),
    f64x2.mul(k, f64x2.splat(LN2_LOW)),
  );
  // Powers by their remainder mod 4: four chains instead of one of four times the length.
  const r2 = f64x2.mul(r, r), r4 = f64x2.mul(r2, r2);
  let sum0 = f64x2.add(f64x2.mul(term(12), r4), term(8));
  let sum1 = f64x2.add(f64x2.mul(term(13), r4), term(9));
  let sum2 = f64x2.add(f64x2.mul(term(10), r4), term(6));
  let sum3 = f64x2.add(f64x2.mul(term(11), r4), term(7));
  sum0 = f64x2.add(f64x2.mul(sum0, r4), term(4));
  sum1 = f64x2.add(f64x2.mul(sum1, r4), term(5));
  sum2 = f64x2.add(f64x2.mul(sum2, r4), term(2));
  sum3 = f64x2.add(f64x2.mul(sum3, r4), term(3));
  sum0 = f64x2.add(f64x2.mul(sum0, r4), f64x2.splat(1));
  sum1 = f64x2.add(f64x2.mul(sum1, r4), f64x2.splat(1));
  const even = f64x2.add(sum0, f64x2.mul(sum2, r2));
  const odd = f64x2.add(sum1, f64x2.mul(sum3, r2));
  const sum = f64x2.add(even, f64x2.mul(odd, r));
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  const value = f64x2.mul(sum, power);
  return v128.bitselect(f64x2.splat(0), value, f64x2.lt(x, f64x2.splat(-700)));
}
