/** Normals of one word of a tile's four streams, the same numbers as `Stream` of `@shaped/random`. */
import { note, NOTED, settle32 } from './rejections';
import { advance, here, position, ready, WORD } from './words';
import { COARSE_STRIPS, COARSE_TABLE } from './ziggurat';

/** The sign, ½ and 2^-21; see `normals.ts`. */
const CONSTANTS: usize = memory.data<u32>([
  0x80000000, 0x80000000, 0x80000000, 0x80000000,
  0x3f000000, 0x3f000000, 0x3f000000, 0x3f000000,
  0x35000000, 0x35000000, 0x35000000, 0x35000000,
], 16);

/** Normals of as many words as lie ready. */
const DRAWN: usize = memory.data(2048, 16);

/** The pair (width, edge) of the strip of a path's `word`, in the first half. */
// @ts-ignore: decorator
@inline
function entryOf(word: usize): v128 {
  return v128.load64_splat(<usize>((load<u32>(word) & (COARSE_STRIPS - 1)) << 2), COARSE_TABLE);
}

/** Draws at most `wanted` normals, those of the four paths side by side, to `out`; returns how many. */
function draw(wanted: i32, out: usize): i32 {
  const sign = v128.load(CONSTANTS), half = v128.load(CONSTANTS, 16), unit = v128.load(CONSTANTS, 32);
  const taken = min(wanted, <i32>ready());
  const from = position;
  const first = here();
  const end = first + WORD * <usize>taken;
  let noted = NOTED;
  for (let words = first; words < end; words += WORD) {
    const word = v128.load(words);
    const place = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word, 11)), half);
    const pair0 = v128.shuffle<i32>(entryOf(words), entryOf(words + 4), 0, 4, 1, 5);
    const pair1 = v128.shuffle<i32>(entryOf(words + 8), entryOf(words + 12), 0, 4, 1, 5);
    const x = f32x4.mul(f32x4.mul(place, unit), v128.shuffle<i64>(pair0, pair1, 0, 2));
    const inside = i32x4.bitmask(f32x4.lt(x, v128.shuffle<i64>(pair0, pair1, 1, 3)));
    v128.store(out, v128.or(x, v128.and(i32x4.shl(word, 21), sign)));
    noted = note(noted, words | inside, out, inside != 15);
    out += WORD;
  }
  settle32(noted, first, from);
  advance(<u32>taken);
  return taken;
}

/**
 * Draws `rows` × `columns` normals of one word each, row by row, of every path, and writes entry (i, j)
 * of paths 0 and 1 to `out + i rowStride + j columnStride`, that of paths 2 and 3 `other` bytes further.
 * Goes on where the streams stand: {@link alignToBlock} before the first such draws and after the last.
 */
export function normals32(
  rows: i32, columns: i32, out: usize, other: usize, rowStride: usize, columnStride: usize,
): void {
  let column = 0;
  let at = out;
  for (let left = rows * columns; left > 0; ) {
    const end = DRAWN + WORD * <usize>draw(left, DRAWN);
    for (let from = DRAWN; from < end; from += WORD) {
      v128.store(at, f64x2.promote_low_f32x4(v128.load(from)));
      v128.store(at + other, f64x2.promote_low_f32x4(v128.load64_splat(from, 8)));
      at += columnStride;
      if (++column == columns) {
        column = 0;
        out += rowStride;
        at = out;
      }
      left--;
    }
  }
}

/**
 * The same draws left in single precision: `rows` × `columns`, row by row, an entry four floats, rows
 * `rowStride` bytes apart.
 */
export function normalsSingle(rows: i32, columns: i32, out: usize, rowStride: usize): void {
  if (rowStride == WORD * <usize>columns) {
    for (let left = rows * columns; left > 0; ) {
      const drawn = draw(left, out);
      out += WORD * <usize>drawn;
      left -= drawn;
    }
    return;
  }
  let column = 0;
  let at = out;
  for (let left = rows * columns; left > 0; ) {
    const end = DRAWN + WORD * <usize>draw(left, DRAWN);
    for (let from = DRAWN; from < end; from += WORD) {
      v128.store(at, v128.load(from));
      at += WORD;
      if (++column == columns) {
        column = 0;
        out += rowStride;
        at = out;
      }
      left--;
    }
  }
}
