/** A layer of the exact finite-width chain, as `packages/sde/src/chain` defines it. */
import { inverseNorm, factorInput, LI, LV, setUpBranchInput } from './branch-input';
import { cholesky } from './cholesky';
import { attend, drawGaussian } from './heads';
import { hiddenGram, setUpHidden } from './hidden';
import { allocate } from './memory';
import { ENTRY, halfBytes, m, rowBytes } from './layout';
import { addMatrix, mirror } from './matrix';
import {
  BRANCH, HEAD_COLUMNS, HEAD_WIDTH, LAMBDA, LOGIT_SCALE, parameter, SLICE_WIDTH, WIDTH,
} from './parameters';
import { A_LOWER, addProduct, B_LOWER, B_UPPER, C_LOWER, multiply } from './products';
import { drawResidual, residual, setUpResidual } from './residual';
import { sliceFactor } from './slices';
import { next, V } from './state';
import { drawRoot, drawTransposedRoot, rootColumns } from './wishart';

let heads: i32 = 1;
let attention: boolean = false;
let mlp: boolean = false;
let postNorm: boolean = false;
let projected: boolean = false;
let sliced: boolean = false;

/** Gram matrices of the heads' columns, `[H][2 halves]`; the host writes them at the start. */
export let slices: usize = 0;

/** A_h L of every head, `[H][2 halves]`. */
let factors: usize = 0;
/** Draws, and scratch of one tile and one half. */
let G: usize = 0;
let T: usize = 0;
let P: usize = 0;
let LP: usize = 0;
let X: usize = 0;
let Y: usize = 0;

/** Makes room; the state is there already. */
export function setUpLayers(
  headCount: i32, withAttention: boolean, activation: i32, preNorm: boolean, withPostNorm: boolean,
  outputProjection: boolean, followSlices: boolean,
): boolean {
  heads = headCount;
  attention = withAttention;
  mlp = activation != 0;
  postNorm = withPostNorm;
  projected = outputProjection;
  sliced = followSlices;
  const tile: usize = 2 * halfBytes;
  slices = allocate(sliced ? <usize>heads * tile : 64);
  factors = allocate(attention ? <usize>heads * tile : 64);
  G = allocate(tile);
  T = allocate(tile);
  P = allocate(tile);
  LP = allocate(tile);
  X = allocate(halfBytes);
  Y = allocate(halfBytes);
  return (
    slices != 0 && factors != 0 && Y != 0 &&
    setUpBranchInput(preNorm) && setUpHidden(activation) && setUpResidual()
  );
}

/** Writes the covariance after one layer into `next`. */
export function proposeLayer(): void {
  memory.copy(next, V, 2 * halfBytes);
  if (attention) attentionBlock();
  if (mlp) mlpBlock();
}

function attentionBlock(): void {
  factorInput();
  for (let head = 0; head < heads; head++) drawMixing(factors + <usize>head * 2 * halfBytes);
  if (projected) {
    project();
    addBranch(LP, 0, true);
  } else {
    addBranch(factors, 2 * halfBytes, false);
  }
}

function mlpBlock(): void {
  factorInput();
  hiddenGram(LI, P);
  cholesky(P, LP);
  cholesky(P + halfBytes, LP + halfBytes);
  addBranch(LP, 0, true);
}

/** Draws one head's attention matrix A and writes A L. */
function drawMixing(out: usize): void {
  const degrees = parameter(HEAD_WIDTH);
  const inner = rootColumns(degrees);
  drawGaussian(inner, G, rowBytes, ENTRY);
  drawRoot(degrees, T);
  const triangular = degrees >= <f64>m ? A_LOWER : 0;
  for (let h: usize = 0; h < 2; h++) {
    const offset = h * halfBytes;
    const L = LI + offset;
    // (G Tᵀ)ᵀ, so that each product reads rows.
    multiply(T + offset, rowBytes, G + offset, rowBytes, X, rowBytes, m, m, inner, triangular, 1);
    multiply(L, rowBytes, X, rowBytes, Y, rowBytes, m, m, m, A_LOWER, 1);
    multiply(Y, rowBytes, L, rowBytes, X, rowBytes, m, m, m, B_LOWER, parameter(LOGIT_SCALE));
    attend(X, offset, out + offset);
  }
}

/** Writes into LP a factor of Σ_h (A_h L)(Wishart(n/H)/n)(A_h L)ᵀ. */
function project(): void {
  const degrees = parameter(HEAD_COLUMNS);
  const columns = rootColumns(degrees);
  const triangular = degrees >= <f64>m ? B_UPPER : 0;
  const share = 1.0 / parameter(WIDTH);
  memory.fill(P, 0, 2 * halfBytes);
  for (let head = 0; head < heads; head++) {
    const factor = factors + <usize>head * 2 * halfBytes;
    drawTransposedRoot(degrees, T);
    for (let h: usize = 0; h < 2; h++) {
      const offset = h * halfBytes;
      multiply(
        factor + offset, rowBytes, T + offset, rowBytes, X, rowBytes,
        m, columns, m, triangular, 1,
      );
      addProduct(X, rowBytes, X, rowBytes, P + offset, rowBytes, m, m, columns, C_LOWER, share);
    }
  }
  for (let h: usize = 0; h < 2; h++) {
    mirror(P + h * halfBytes, 1);
    cholesky(P + h * halfBytes, LP + h * halfBytes);
  }
}

/** The residual update with a branch a slice, `stride` bytes apart, then the post-norm. */
function addBranch(branch: usize, stride: usize, lower: boolean): void {
  const lambda = parameter(LAMBDA), coefficient = parameter(BRANCH), width = parameter(SLICE_WIDTH);
  if (!sliced) {
    drawResidual(width);
    for (let h = 0; h < 2; h++) {
      const offset = <usize>h * halfBytes;
      residual(h, LV + offset, branch + offset, lower, lambda, coefficient, width, next + offset);
    }
  } else {
    memory.fill(next, 0, 2 * halfBytes);
    for (let s = 0; s < heads; s++) {
      const slice = slices + <usize>s * 2 * halfBytes;
      drawResidual(width);
      for (let h = 0; h < 2; h++) {
        const offset = <usize>h * halfBytes;
        sliceFactor(slice + offset, width, Y);
        const ofSlice = branch + <usize>s * stride + offset;
        residual(h, Y, ofSlice, lower, lambda, coefficient, width, slice + offset);
        addMatrix(slice + offset, next + offset);
      }
    }
  }
  if (postNorm) normalizeState();
}

/** Scales V and its slices to unit variances. */
function normalizeState(): void {
  for (let h: usize = 0; h < 2; h++) {
    const half = next + h * halfBytes;
    for (let a = 0; a < m; a++) {
      const variance = v128.load(half + <usize>a * (rowBytes + ENTRY));
      v128.store(X + <usize>a * ENTRY, inverseNorm(variance));
    }
    rescale(half);
    if (!sliced) continue;
    for (let s: usize = 0; s < <usize>heads; s++) rescale(slices + (2 * s + h) * halfBytes);
  }
}

/** Y_ab ← Y_ab x_a x_b, x in the first row of X. */
function rescale(half: usize): void {
  const width = <usize>m * ENTRY;
  for (let a = 0; a < m; a++) {
    const scale = v128.load(X + <usize>a * ENTRY);
    for (let b: usize = 0; b < width; b += ENTRY) {
      const entry = half + b;
      const factor = f64x2.mul(scale, v128.load(X + b));
      v128.store(entry, f64x2.mul(factor, v128.load(entry)));
    }
    half += rowBytes;
  }
}
