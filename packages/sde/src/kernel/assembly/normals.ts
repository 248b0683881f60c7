/** Normals of a tile's four streams, the same numbers as `Stream` of `@shaped/random`. */
import { note, NOTED, settle } from './rejections';
import { advance, here, position, ready, WORD } from './words';
import { FINE_STRIPS, FINE_TABLE } from './ziggurat';

/**
 * What the fast path computes with: the exponent of [1, 2), what takes that to (0, 1), and the sign. From
 * memory they stay in registers, written out they are built anew for each draw.
 */
const CONSTANTS: usize = memory.data<u64>([
  0x3ff0000000000000, 0x3ff0000000000000,
  0x3fefffffffffffff, 0x3fefffffffffffff,
  0x8000000000000000, 0x8000000000000000,
], 16);

/** The pair (width, edge) of the strip of a path's draw, whose low word is at `word`. */
// @ts-ignore: decorator
@inline
function entryOf(word: usize): v128 {
  return v128.load(<usize>((load<u32>(word) & (FINE_STRIPS - 1)) << 3), FINE_TABLE);
}

/**
 * Draws `count` normals, two words each, of every path; writes those of paths 0 and 1 from `out` on,
 * `stride` bytes apart, and those of paths 2 and 3 `other` bytes further.
 */
export function normals(count: i32, out: usize, other: usize, stride: usize): void {
  const exponent = v128.load(CONSTANTS), one = v128.load(CONSTANTS, 16), sign = v128.load(CONSTANTS, 32);
  while (count > 0) {
    const taken = min(count, <i32>(ready() >>> 1));
    const from = position;
    const first = here();
    const end = first + 2 * WORD * <usize>taken;
    let noted = NOTED;
    for (let words = first; words < end; words += 2 * WORD) {
      const low = v128.load(words), high = v128.load(words, 16);
      const bits0 = v128.shuffle<i32>(low, high, 0, 4, 1, 5);
      const bits1 = v128.shuffle<i32>(low, high, 2, 6, 3, 7);
      const place0 = f64x2.sub(v128.or(i64x2.shr_u(bits0, 12), exponent), one);
      const place1 = f64x2.sub(v128.or(i64x2.shr_u(bits1, 12), exponent), one);
      const e0 = entryOf(words), e1 = entryOf(words + 4);
      const e2 = entryOf(words + 8), e3 = entryOf(words + 12);
      const x0 = f64x2.mul(place0, v128.shuffle<i64>(e0, e1, 0, 2));
      const x1 = f64x2.mul(place1, v128.shuffle<i64>(e2, e3, 0, 2));
      const inside0 = f64x2.lt(x0, v128.shuffle<i64>(e0, e1, 1, 3));
      const inside1 = f64x2.lt(x1, v128.shuffle<i64>(e2, e3, 1, 3));
      v128.store(out, v128.or(x0, v128.and(i64x2.shl(bits0, 54), sign)));
      v128.store(out + other, v128.or(x1, v128.and(i64x2.shl(bits1, 54), sign)));
      noted = note(noted, words, out, i64x2.bitmask(v128.and(inside0, inside1)) != 3);
      out += stride;
    }
    settle(noted, first, from, other);
    advance(<u32>(2 * taken));
    count -= taken;
  }
}
