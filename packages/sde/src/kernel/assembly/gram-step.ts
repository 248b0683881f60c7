/** The Gram step, as `solver/gram-step.ts` defines it: one layer of a network of width 1/dt. */
import { factorInput, LV, setUpBranchInput } from './branch-input';
import { cholesky } from './cholesky';
import { attend, drawGaussian } from './heads';
import { allocate } from './memory';
import { at, ENTRY, halfBytes, m, rowBytes } from './layout';
import { mirror } from './matrix';
import {
  BRANCH, CUBIC_ALPHA2, CUBIC_BETA, CUBIC_C, LAMBDA, LOGIT_SCALE, parameter, RELU_PULL, WIDTH,
} from './parameters';
import { A_LOWER, addProduct, B_LOWER, B_UPPER, C_LOWER, multiply } from './products';
import { addReluPull } from './relu-pull';
import { drawResidual, residual, setUpResidual } from './residual';
import { next, V } from './state';
import { drawTransposedRoot } from './wishart';

let heads: i32 = 1;
let attention: boolean = false;
let activation: i32 = 0;
let projected: boolean = false;

/** The activations that a Gram step knows; 0 is none. */
export const RELU: i32 = 1;
export const SMOOTH: i32 = 2;

let G: usize = 0;
let Q: usize = 0;
let LQ: usize = 0;
let X: usize = 0;
let Y: usize = 0;

/** Makes room; the state is there already. */
export function setUpGramStep(
  headCount: i32, withAttention: boolean, activationKind: i32, outputProjection: boolean,
): boolean {
  heads = headCount;
  attention = withAttention;
  activation = activationKind;
  projected = outputProjection;
  G = allocate(2 * halfBytes);
  Q = allocate(2 * halfBytes);
  LQ = allocate(2 * halfBytes);
  X = allocate(halfBytes);
  Y = allocate(halfBytes);
  return Y != 0 && setUpBranchInput(false) && setUpResidual();
}

/** Writes the covariance after one step into `next`. */
export function proposeGramStep(): void {
  memory.copy(next, V, 2 * halfBytes);
  if (attention) {
    factorInput();
    memory.fill(Q, 0, 2 * halfBytes);
    for (let head = 0; head < heads; head++) addHead();
    mirror(Q, 1);
    mirror(Q + halfBytes, 1);
    if (projected) roughen();
    addBranch();
  }
  if (activation != 0) {
    factorInput();
    if (activation == RELU) {
      memory.copy(Q, next, 2 * halfBytes);
      addReluPull(next, Q, parameter(RELU_PULL));
      mirror(Q, 1);
      mirror(Q + halfBytes, 1);
    } else {
      meanOfCubic(next, Q);
      meanOfCubic(next + halfBytes, Q + halfBytes);
    }
    roughen();
    addBranch();
  }
}

/** Adds A V Aᵀ/H of one head, logits √dt/τ0 · L G Lᵀ, to Q. */
function addHead(): void {
  drawGaussian(m, G, ENTRY, rowBytes);
  for (let h: usize = 0; h < 2; h++) {
    const offset = h * halfBytes;
    const L = LV + offset;
    multiply(L, rowBytes, G + offset, rowBytes, X, rowBytes, m, m, m, A_LOWER, 1);
    multiply(X, rowBytes, L, rowBytes, Y, rowBytes, m, m, m, B_LOWER, parameter(LOGIT_SCALE));
    attend(Y, offset, X);
    addProduct(
      X, rowBytes, X, rowBytes, Q + offset, rowBytes, m, m, m, C_LOWER, 1.0 / <f64>heads,
    );
  }
}

/** Replaces Q by a factor of it around a Wishart(1/dt)·dt. */
function roughen(): void {
  const width = parameter(WIDTH);
  drawTransposedRoot(width, G);
  for (let h: usize = 0; h < 2; h++) {
    const offset = h * halfBytes;
    cholesky(Q + offset, LQ + offset);
    multiply(
      LQ + offset, rowBytes, G + offset, rowBytes, X, rowBytes,
      m, m, m, A_LOWER | B_UPPER, 1,
    );
    multiply(X, rowBytes, X, rowBytes, Q + offset, rowBytes, m, m, m, C_LOWER, 1.0 / width);
    mirror(Q + offset, 1);
  }
}

function addBranch(): void {
  const width = parameter(WIDTH);
  drawResidual(width);
  for (let h = 0; h < 2; h++) {
    const offset = <usize>h * halfBytes;
    cholesky(Q + offset, LQ + offset);
    residual(
      h, LV + offset, LQ + offset, true, parameter(LAMBDA), parameter(BRANCH), width, next + offset,
    );
  }
}

/** The mean Gram matrix of a smooth activation's cubic, `smoothMeanGram`. */
function meanOfCubic(half: usize, out: usize): void {
  const alpha2 = f64x2.splat(parameter(CUBIC_ALPHA2)), c = f64x2.splat(parameter(CUBIC_C));
  const beta = f64x2.splat(parameter(CUBIC_BETA));
  const two = f64x2.splat(2), three = f64x2.splat(3);
  const six = f64x2.splat(6), nine = f64x2.splat(9);
  for (let a = 0; a < m; a++) {
    const p = v128.load(at(half, a, a));
    for (let b = 0; b <= a; b++) {
      const x = v128.load(at(half, a, b)), q = v128.load(at(half, b, b));
      const pq = f64x2.mul(p, q), x2 = f64x2.mul(x, x);
      const quadratic = f64x2.mul(alpha2, f64x2.add(pq, f64x2.mul(two, x2)));
      const cubic = f64x2.mul(f64x2.mul(f64x2.mul(three, beta), x), f64x2.add(p, q));
      const sextic = f64x2.mul(
        f64x2.mul(f64x2.mul(beta, beta), x),
        f64x2.add(f64x2.mul(six, x2), f64x2.mul(nine, pq)),
      );
      const mean = f64x2.add(f64x2.add(f64x2.add(x, quadratic), cubic), sextic);
      const value = f64x2.mul(c, mean);
      v128.store(at(out, a, b), value);
      v128.store(at(out, b, a), value);
    }
  }
}
