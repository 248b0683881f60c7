/** The shaped ReLU's pull on correlations, `√(1 − ρ²) − ρ arccos ρ`. */

/**
 * h(t) of `t√t h(t)`, t = 1 − ρ in [0, 1], lowest power first: the Chebyshev fit of degree 16, off by
 * at most 5e-17 (`tools/golden/kernel_coefficients.py`).
 */
const H: usize = memory.data<f64>([
  0.94280904158206339, 0.047140452079087552, 0.0075761440856348502, 0.0017537370001752913,
  0.00048825745445442483, 0.00015209729615888319, 5.1230746797090726e-5, 1.7583617069244856e-5,
  8.9232139786504704e-6, -3.6793230159308195e-6, 1.4047980264888193e-5, -1.9667691203010001e-5,
  2.2713628805446336e-5, -1.7968169723438826e-5, 9.8105568570271152e-6, -3.24222421552795e-6,
  5.1816681111577591e-7,
]);

// @ts-ignore: decorator
@inline
function h(k: usize): v128 {
  return v128.load64_splat(H + (k << 3));
}

/** Of both lanes; ρ is clipped to [−1, 1]. A negative ρ adds π|ρ| to the value at |ρ|. */
// @ts-ignore: decorator
@inline
export function reluPull(rho: v128): v128 {
  // Pseudo-minima and -maxima are one instruction; those that keep NaN take seven.
  const size = f64x2.pmin(v128.andnot(rho, f64x2.splat(-0.0)), f64x2.splat(1));
  const t = f64x2.sub(f64x2.splat(1), size);
  const t2 = f64x2.mul(t, t), t4 = f64x2.mul(t2, t2);
  // Powers by their remainder mod 4: four chains instead of one of four times the length.
  let sum0 = f64x2.add(f64x2.mul(h(16), t4), h(12));
  let sum1 = f64x2.add(f64x2.mul(h(13), t4), h(9));
  let sum2 = f64x2.add(f64x2.mul(h(14), t4), h(10));
  let sum3 = f64x2.add(f64x2.mul(h(15), t4), h(11));
  sum0 = f64x2.add(f64x2.mul(sum0, t4), h(8));
  sum1 = f64x2.add(f64x2.mul(sum1, t4), h(5));
  sum2 = f64x2.add(f64x2.mul(sum2, t4), h(6));
  sum3 = f64x2.add(f64x2.mul(sum3, t4), h(7));
  sum0 = f64x2.add(f64x2.mul(sum0, t4), h(4));
  sum1 = f64x2.add(f64x2.mul(sum1, t4), h(1));
  sum2 = f64x2.add(f64x2.mul(sum2, t4), h(2));
  sum3 = f64x2.add(f64x2.mul(sum3, t4), h(3));
  sum0 = f64x2.add(f64x2.mul(sum0, t4), h(0));
  const even = f64x2.add(sum0, f64x2.mul(sum2, t2));
  const odd = f64x2.add(sum1, f64x2.mul(sum3, t2));
  const value = f64x2.mul(
    f64x2.mul(t, f64x2.sqrt(t)),
    f64x2.add(even, f64x2.mul(odd, t)),
  );
  const negative = f64x2.lt(rho, f64x2.splat(0));
  return f64x2.add(value, v128.and(negative, f64x2.mul(f64x2.splat(Math.PI), size)));
}
