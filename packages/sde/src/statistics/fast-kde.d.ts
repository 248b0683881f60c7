/** The part of fast-kde 0.2.2 that is used here; the package ships no types. */
declare module 'fast-kde' {
  export interface Density1d {
    /** Mass at each grid point. */
    grid(): Float64Array;
  }
  export function density1d(
    data: ArrayLike<number>,
    options: {
      bandwidth: number;
      extent: [number, number];
      bins: number;
      weight: () => number;
    },
  ): Density1d;
}
