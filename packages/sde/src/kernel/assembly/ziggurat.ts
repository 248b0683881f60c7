/** The ziggurats of `@shaped/random`: `FINE` for 64-bit draws, `COARSE` for those of one word. */

export const FINE_STRIPS: i32 = 512;
export const FINE_TAIL: f64 = 3.8520461503683912;
export const COARSE_STRIPS: i32 = 1024;
export const COARSE_TAIL: f64 = 4.038849846109504;

/**
 * The widths of their strips, each the edge of the one before, double and single, and the heights; the
 * host writes them here. As pairs they would fill half of a first-level cache.
 */
export const FINE_TABLE: usize = memory.data(4104, 16);
export const FINE_HEIGHTS: usize = memory.data(4104, 16);
export const COARSE_TABLE: usize = memory.data(4100, 16);
export const COARSE_HEIGHTS: usize = memory.data(8200, 16);
