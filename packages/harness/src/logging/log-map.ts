import { rmSync } from 'node:fs';
import { encode } from 'fast-png';
import { mapAxisTitle } from '../config/index.js';
import type { CellClass } from '../map/map-cell.js';
import { readMap, type MapResult } from '../map/map-files.js';
import { axisText, renderMap } from '../map/render-map.js';
import type { RunDirectory } from '../run/index.js';
import {
  TensorBoardWriter,
  type PngImage,
  type TensorBoardWriterOptions,
} from '../tensorboard/index.js';

/** sRGB of the classes: the report's colours. */
const COLOURS: Record<CellClass, readonly [number, number, number]> = {
  healthy: [211, 236, 223],
  collapse: [0, 114, 178],
  blowUp: [230, 159, 0],
};
const INK = [28, 33, 39] as const;

/** The longer side of an image is at least this long, as TensorBoard shows it about that wide. */
const TARGET_PIXELS = 320;

/** A cell that can be hatched has at least so many pixels a side. */
const LEAST_CELL = 8;

/** Row by row from the top of the picture, where y is largest. */
function topDown<T>({ record: { x, y } }: MapResult, values: readonly T[]): T[] {
  const columns = x.values.length;
  return y.values.flatMap((_, i) => {
    const row = y.values.length - 1 - i;
    return values.slice(row * columns, (row + 1) * columns);
  });
}

/** The classes of the cells as a picture, y upwards; cells that are not decided are hatched. */
export function classImage(map: MapResult): PngImage {
  const { x, y } = map.record;
  const [columns, rows] = [x.values.length, y.values.length];
  const side = Math.max(LEAST_CELL, Math.ceil(TARGET_PIXELS / Math.max(columns, rows)));
  const [width, height] = [columns * side, rows * side];
  const data = new Uint8Array(3 * width * height);
  topDown(map, map.cells).forEach((cell, i) => {
    const [left, top] = [(i % columns) * side, Math.floor(i / columns) * side];
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const hatch = !cell.decided && column + row === side - 1;
        const at = 3 * ((top + row) * width + left + column);
        data.set(hatch ? INK : COLOURS[cell.class], at);
      }
    }
  });
  return { width, height, png: encode({ width, height, data, channels: 3, depth: 8 }) };
}

/**
 * Writes TensorBoard's view of a phase diagram below `tensorboard/map`: classes and probabilities as
 * images, and the summary as text. It is derived from `map/` and replaces what
 * an earlier call wrote.
 */
export function logMap(run: RunDirectory, options?: TensorBoardWriterOptions): void {
  const map = readMap(run);
  const { x, y } = map.record;
  const folder = run.path('tensorboard', 'map');
  rmSync(folder, { recursive: true, force: true });
  const writer = new TensorBoardWriter(folder, options);
  const axes = `Left to right: ${mapAxisTitle(x)}, ${axisText(x)}. Bottom to top: ${mapAxisTitle(y)}, ${axisText(y)}.`;
  writer.image('map/class', classImage(map), 0, {
    displayName: 'phase diagram',
    description: `${axes}\n\nPale green: healthy; blue: collapse; orange: blow-up; hatched: undecided.`,
  });
  const [rows, columns] = [y.values.length, x.values.length];
  for (const [key, title] of [
    ['collapse', 'probability of collapse'],
    ['blowUp', 'probability of blow-up'],
    ['healthy', 'probability of health'],
  ] as const) {
    const values = topDown(
      map,
      map.cells.map((cell) => cell[key]),
    );
    writer.heatMap(`map/${key}`, { values, rows, columns, scale: 'sequential', range: [0, 1] }, 0, {
      displayName: title,
      description: axes,
    });
  }
  writer.text('map/summary', '```\n' + renderMap(map) + '\n```');
  writer.close();
}
