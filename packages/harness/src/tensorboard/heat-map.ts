import { encode } from 'fast-png';
import { colour, type ColourScale } from './colour-map.js';

/** A PNG and its size in pixels. */
export interface PngImage {
  width: number;
  height: number;
  png: Uint8Array;
}

/** A matrix to be shown in colours. */
export interface HeatMap {
  /** The entries, row-major. */
  values: ArrayLike<number>;
  rows: number;
  columns: number;
  /** `diverging` for correlations and other signed values, `sequential` for sizes and probabilities. */
  scale: ColourScale;
  /**
   * The values at the two ends of the colours. Defaults to [−1, 1] for `diverging`; for `sequential`
   * it must be given. Fixed, so that the images of one tag can be compared; values outside it, such
   * as a correlation of 1 + 2⁻⁵², take the colour of the nearer end.
   */
  range?: readonly [number, number];
}

/** The longer side of an image is at least this long: TensorBoard shows a card about that wide. */
const TARGET_PIXELS = 320;

/** Colours are looked up in this many steps, as many as a byte can tell apart. */
const COLOUR_STEPS = 256;

/**
 * The matrix as a PNG: entry (0, 0) at the top left, each entry a square of equal whole pixels, the
 * longer side at least 320 pixels.
 *
 * @throws RangeError when the sizes, the range or an entry is not usable
 */
export function heatMap(map: HeatMap): PngImage {
  const { values, rows, columns, scale } = map;
  const [low, high] = checkedRange(map);
  if (!(rows > 0 && columns > 0 && values.length === rows * columns)) {
    throw new RangeError(
      `heatMap: expected rows × columns values, got ${values.length} values for ${rows} × ${columns}. ` +
        `Pass the matrix row-major with both sizes.`,
    );
  }
  const palette = Array.from({ length: COLOUR_STEPS }, (_, i) => colour(scale, i / 255));
  const pixels = Math.ceil(TARGET_PIXELS / Math.max(rows, columns));
  const width = columns * pixels;
  const height = rows * pixels;
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < rows; row++) {
    const start = 3 * width * pixels * row;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      if (!Number.isFinite(value)) {
        throw new RangeError(
          `heatMap: expected finite entries, got ${value} at row ${row}, column ${column}. ` +
            `Find out where it comes from before showing it.`,
        );
      }
      const position = Math.min(1, Math.max(0, (value - low) / (high - low)));
      const rgb = palette[Math.round(position * (COLOUR_STEPS - 1))];
      for (let x = 0; x < pixels; x++) data.set(rgb, start + 3 * (column * pixels + x));
    }
    for (let y = 1; y < pixels; y++) {
      data.copyWithin(start + 3 * width * y, start, start + 3 * width);
    }
  }
  return { width, height, png: encode({ width, height, data, channels: 3, depth: 8 }) };
}

/** What the colours of a heat map mean, in one sentence for the reader of the image. */
export function heatMapLegend(map: HeatMap): string {
  const [low, high] = checkedRange(map);
  const middle = (low + high) / 2;
  return map.scale === 'diverging'
    ? `Colours: ${low} blue, ${middle} white, ${high} red.`
    : `Colours: ${low} dark violet, ${middle} green, ${high} light yellow.`;
}

function checkedRange({ scale, range }: HeatMap): readonly [number, number] {
  if (range === undefined && scale === 'diverging') return [-1, 1];
  if (range && Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1]) {
    return range;
  }
  throw new RangeError(
    `heatMap: expected range to be two finite numbers [low, high] with low < high, got ` +
      `${range ? `[${range.join(', ')}]` : 'none'}. A sequential scale needs one, the same for ` +
      `every image of a tag.`,
  );
}
