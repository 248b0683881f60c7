/** A point's coordinates, to a tenth of a pixel. */
const point = (x: number, y: number) => `${x.toFixed(1)},${y.toFixed(1)}`;

type Values = ArrayLike<number>;

/** Stretches of indices at which every one of the series has a value. */
function stretches(count: number, ...series: Values[]): number[][] {
  const found: number[][] = [];
  let open: number[] = [];
  for (let i = 0; i <= count; i++) {
    if (i < count && series.every((values) => Number.isFinite(values[i]))) open.push(i);
    else if (open.length > 0) {
      found.push(open);
      open = [];
    }
  }
  return found;
}

/** The `d` of an SVG path through points in pixels; interrupted where one is not finite. */
export function lineData(x: Values, y: Values): string {
  return stretches(Math.min(x.length, y.length), x, y)
    .map((at) => `M${at.map((i) => point(x[i], y[i])).join('L')}`)
    .join('');
}

/** The `d` of the area between two series in pixels; interrupted where either is not finite. */
export function areaData(x: Values, lower: Values, upper: Values): string {
  return stretches(x.length, lower, upper)
    .map((at) => {
      const there = at.map((i) => point(x[i], upper[i]));
      const back = at.map((i) => point(x[i], lower[i])).reverse();
      return `M${[...there, ...back].join('L')}Z`;
    })
    .join('');
}
