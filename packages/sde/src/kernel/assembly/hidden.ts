/** The hidden layer of the exact chain's MLP, as `chain/mlp-step.ts` defines it. */
import { normals32 } from './normals32';
import { allocate } from './memory';
import { addSingleGram, setUpSingleHidden } from './hidden-single';
import { ENTRY, halfBytes, m, rowBytes } from './layout';
import { mirror } from './matrix';
import { HALF_SLOPE, MEAN_SLOPE, NORMALIZER, parameter, WIDTH } from './parameters';
import { addColumnGram, B_LOWER, multiply, multiplyBent } from './products';
import { applySmooth, secondMoment } from './smooth-activation';
import { alignToBlock } from './words';

/** Hidden units worked on at once: their numbers stay in the first-level cache. */
const UNITS: i32 = 32;

/** Gaussians of a block of units, `[UNITS, m]` of each half, and what one half makes of them. */
let G: usize = 0;
let U: usize = 0;

/** A piecewise linear activation; the others are those of `smooth-activation.ts`. */
export const RELU: i32 = 1;

/** The same in single precision; see `hidden-single.ts`. */
export const SINGLE_RELU: i32 = 6;

let activation: i32 = RELU;

/** Makes room. */
export function setUpHidden(kind: i32): boolean {
  activation = kind;
  ofSmooth = 0;
  G = allocate(2 * <usize>UNITS * rowBytes);
  U = allocate(<usize>UNITS * rowBytes);
  return U != 0 && (kind != SINGLE_RELU || setUpSingleHidden());
}

/** 1/(n E[σ(g)²]) of the set-up's activation and width. */
function normalizer(): f64 {
  if (activation == RELU || activation == SINGLE_RELU) return parameter(NORMALIZER);
  if (ofSmooth == 0) ofSmooth = 1.0 / (parameter(WIDTH) * secondMoment(activation));
  return ofSmooth;
}

/** The normaliser of a smooth activation, 0 until it is asked for. */
let ofSmooth: f64 = 0;

/**
 * Draws the hidden layer of `width` units and writes `(c/n) φφᵀ` of both halves into P, where
 * u = L g for every unit and φ = σ(u); a ReLU is `(s₊ + s₋)/2 u + (s₊ − s₋)/2 |u|`, without a branch on a
 * random sign.
 */
export function hiddenGram(L: usize, P: usize): void {
  const width = <i32>parameter(WIDTH);
  const scale = normalizer();
  memory.fill(P, 0, 2 * halfBytes);
  alignToBlock();
  if (activation == SINGLE_RELU) addSingleGram(L, P, width);
  else addDoubleGram(L, P, width);
  alignToBlock();
  mirror(P, scale);
  mirror(P + halfBytes, scale);
}

function addDoubleGram(L: usize, P: usize, width: i32): void {
  const other = <usize>UNITS * rowBytes;
  for (let from = 0; from < width; from += UNITS) {
    const units = min(UNITS, width - from);
    normals32(units, m, G, other, rowBytes, ENTRY);
    for (let h: usize = 0; h < 2; h++) {
      const offset = h * halfBytes;
      const g = G + h * other;
      if (activation == RELU) {
        const mean = parameter(MEAN_SLOPE), bending = parameter(HALF_SLOPE);
        multiplyBent(g, rowBytes, L + offset, rowBytes, U, rowBytes, units, m, mean, bending);
      } else {
        multiply(g, rowBytes, L + offset, rowBytes, U, rowBytes, units, m, m, B_LOWER, 1);
        applySmooth(activation, U, units);
      }
      addColumnGram(U, rowBytes, units, m, P + offset, rowBytes);
    }
  }
}
