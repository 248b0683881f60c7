import { architecture, type Architecture } from '@shaped/sde';

/** What advice chooses of a shaped block. */
export interface Shaping {
  /** Branch weight γ. */
  gamma: number;
  /** Temperature scale τ0. */
  tau0: number;
  /** Slope shift c₋. */
  cMinus: number;
}

/** What advice leaves as it is. */
export type Given = Pick<Architecture, 'width' | 'cPlus'>;

/** The branch weight of the paper's experiments. */
export const PAPER_GAMMA = Math.SQRT1_2 / 2;

/** By so much the dial lowers γ from its middle to its shaped end: below it there is next to no branch. */
const LEAST_GAMMA = 1 / 16;

/**
 * The shaping at position u in [−1, 1] of the dial, for a branch weight γ that is wanted:
 * `τ0 = n^(−u/2)`, `c₊ − c₋ = n^(u/2)`, and with `γ0 = min(γ, 1/√8)` the branch weight `γ0^(1−u) γ^u` for
 * u ≥ 0 and `γ0 16^u` below.
 *
 * u = 0 is the paper's: τ0 = 1, slopes 1/√n apart, γ = 1/√8. u = 1 is none: the branch weight wanted, the
 * temperature τ0 √(n n_k) = √n_k of plain attention, and with c₊ = 0 plain ReLU. u = −1 is as far on the
 * other side: logits and slope differences n times smaller than at u = 1, and next to no branch.
 */
export function dial(u: number, gamma: number, { width, cPlus }: Given): Shaping {
  const middle = Math.min(gamma, PAPER_GAMMA);
  return {
    gamma: u >= 0 ? middle * (gamma / middle) ** u : middle * LEAST_GAMMA ** -u,
    ...attentionAt(u, width),
    ...activationAt(u, { width, cPlus }),
  };
}

function attentionAt(u: number, width: number): Pick<Shaping, 'tau0'> {
  return { tau0: width ** (-u / 2) };
}

function activationAt(u: number, { width, cPlus }: Given): Pick<Shaping, 'cMinus'> {
  return { cMinus: cPlus - width ** (u / 2) };
}

/** One of the ways to shape a block less. */
export interface Direction {
  name: 'dial' | 'gamma' | 'tau0' | 'cMinus';
  /** The shaping at u in [0, 1], from the most shaping to the least. */
  at: (u: number) => Shaping;
}

/** The whole dial for a branch weight that is wanted. */
export function dialDirection(gamma: number, given: Given): Direction {
  return { name: 'dial', at: (u) => dial(2 * u - 1, gamma, given) };
}

/**
 * From a shaping, one part alone towards no shaping: τ0 to 1/√n, c₊ − c₋ to √n (both geometrically), γ
 * to 1 (linearly). u = 0 is the shaping itself; a part beyond its end already stays.
 */
export function partDirection(name: keyof Shaping, from: Shaping, given: Given): Direction {
  const root = Math.sqrt(given.width);
  const between = (a: number, b: number, u: number) => a * (b / a) ** u;
  const at = (u: number): Shaping => {
    switch (name) {
      case 'gamma':
        return { ...from, gamma: from.gamma + u * (1 - from.gamma) };
      case 'tau0':
        return { ...from, tau0: between(from.tau0, Math.min(from.tau0, 1 / root), u) };
      case 'cMinus': {
        const gap = given.cPlus - from.cMinus;
        return { ...from, cMinus: given.cPlus - between(gap, Math.max(gap, root), u) };
      }
    }
  };
  return { name, at };
}

/**
 * The shaping `factor` times less: γ and c₊ − c₋ larger and τ0 smaller by it, within γ ≤ 1,
 * τ0 ≥ 1/√n and c₊ − c₋ ≤ √n where they were. A factor below 1 shapes more.
 */
export function lessShaped(from: Shaping, factor: number, { width, cPlus }: Given): Shaping {
  const root = Math.sqrt(width);
  const gap = cPlus - from.cMinus;
  return {
    gamma: Math.min(1, from.gamma * factor),
    tau0: Math.max(Math.min(from.tau0, 1 / root), from.tau0 / factor),
    cMinus: cPlus - Math.min(Math.max(gap, root), gap * factor),
  };
}

/** Digits of advice: more would claim more than the search resolves. */
const DIGITS = 3;

/** The number of three significant digits next to x on the side where `keep(number, x)` holds. */
function rounded(x: number, keep: (candidate: number, x: number) => boolean): number {
  if (x === 0) return 0;
  const near = Number(x.toPrecision(DIGITS));
  if (keep(near, x)) return near;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(x))) + 1 - DIGITS);
  const other = near > x ? near - unit : near + unit;
  return Number(other.toPrecision(DIGITS));
}

/**
 * The shaping in three digits, rounded to the side of more shaping.
 *
 * @param kept a branch weight that stays as it is, with all its digits
 */
export function roundedShaping({ gamma, tau0, cMinus }: Shaping, kept?: number): Shaping {
  return {
    gamma: gamma === kept ? gamma : rounded(gamma, (a, b) => a <= b),
    tau0: rounded(tau0, (a, b) => a >= b),
    cMinus: rounded(cMinus, (a, b) => a >= b),
  };
}

/** The shaped block of the same sizes as `arch`. */
export function shapedBlock(arch: Architecture, shaping: Shaping): Architecture {
  const { tokens, width, depth, heads, headWidth, mask, outputProjection, cPlus } = arch;
  const sizes = { tokens, width, depth, heads, headWidth, mask, outputProjection };
  return architecture({ ...sizes, block: 'shaped', cPlus, ...shaping });
}
