import type { MapAxis } from '../config/index.js';
import { crossing } from '../map/map-summary.js';

/** A straight piece of a contour. */
export interface ContourSegment {
  x: number;
  y: number;
  x2: number;
  y2: number;
}

/** Corners of a square of neighbouring grid points, in order around it. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

/**
 * The line along which values on a grid are `level`, by marching squares: straight in the scale of
 * each axis, interpolated between neighbouring grid points. A saddle is cut so that its middle, the
 * mean of the four corners, stays on its own side.
 *
 * @param values row by row, [y.values.length, x.values.length]
 */
export function contour(
  { x, y }: { x: MapAxis; y: MapAxis },
  values: readonly number[],
  level: number,
): ContourSegment[] {
  const columns = x.values.length;
  const segments: ContourSegment[] = [];
  for (let row = 0; row + 1 < y.values.length; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corners = CORNERS.map(([right, up]) => ({
        x: x.values[column + right],
        y: y.values[row + up],
        value: values[(row + up) * columns + column + right],
      }));
      const points = corners.map((from, i) => {
        const to = corners[(i + 1) % 4];
        if (from.value > level === to.value > level) return undefined;
        return from.x === to.x
          ? { x: from.x, y: crossing(y, [from.y, from.value], [to.y, to.value], level) }
          : { x: crossing(x, [from.x, from.value], [to.x, to.value], level), y: from.y };
      });
      const join = (i: number, j: number) => {
        const [a, b] = [points[i], points[j]];
        if (a && b) segments.push({ x: a.x, y: a.y, x2: b.x, y2: b.y });
      };
      const crossed = [0, 1, 2, 3].filter((i) => points[i]);
      if (crossed.length === 2) join(crossed[0], crossed[1]);
      if (crossed.length === 4) {
        const middle = corners.reduce((sum, { value }) => sum + value / 4, 0);
        // Edge i follows corner i: cut off corners 1 and 3, or corners 0 and 2.
        const cutsOdd = corners[0].value > level === middle > level;
        join(0, cutsOdd ? 1 : 3);
        join(2, cutsOdd ? 3 : 1);
      }
    }
  }
  return segments;
}
