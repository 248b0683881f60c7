import type { Architecture } from '@shaped/sde';
import { architectureOf } from './architecture-of.js';
import type { MapParameter } from './map-axis.js';
import type { ModelConfig } from './schema.js';

/** The values that a cell of a phase diagram gives to the parameters it varies. */
export type MapPoint = Partial<Record<MapParameter, number>>;

/** The model of one cell. */
export interface MapCellModel {
  arch: Architecture;
  /** T of the SDE: `ratio` where that is varied, else depth/width. */
  time: number;
}

/**
 * The model of a configuration with the parameters of one cell changed. `ratio` changes the depth at
 * the width of the cell, to the nearest whole number of layers; the SDE takes it as it is.
 *
 * @throws ArchitectureError when the values do not fit the model
 */
export function mapCellModel(model: ModelConfig, point: MapPoint): MapCellModel {
  const { ratio, width = model.width, depth, ...direct } = point;
  const layers =
    ratio === undefined ? (depth ?? model.depth) : Math.max(1, Math.round(ratio * width));
  const arch = architectureOf({ ...model, ...direct }, { width, depth: layers });
  return { arch, time: ratio ?? arch.depth / arch.width };
}

/** The value that a parameter has in the configuration itself. */
export function ownValue(model: ModelConfig, parameter: MapParameter): number {
  return parameter === 'ratio' ? model.depth / model.width : model[parameter];
}
