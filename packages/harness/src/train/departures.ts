import type { Band } from '../predict/index.js';
import type { DepartureStep, LayerStep, TrainingRecord } from './training-record.js';

/** The metric whose band is watched: ρ, the order parameter of rank collapse. */
export const WATCHED_METRIC = 'correlationMean';

/** The band of ρ at every layer that has one. */
export function watchedBands(bands: readonly Band[]): Map<number, Band> {
  const own = bands.filter(({ metric }) => metric === WATCHED_METRIC);
  return new Map(own.map((band) => [band.layer, band]));
}

/**
 * The layers whose ρ is for the first time outside the 5–95 % band of initialisation: a function of
 * the records so far and of the new ones, so that a resumed training needs nothing else.
 *
 * @param departed the layers that have left before
 */
export function departures(
  layers: readonly LayerStep[],
  bands: ReadonlyMap<number, Band>,
  departed: ReadonlySet<number>,
): DepartureStep[] {
  return layers.flatMap(({ step, layer, metrics }): DepartureStep[] => {
    const value = metrics[WATCHED_METRIC];
    const band = bands.get(layer);
    if (departed.has(layer) || band === undefined || value == null) return [];
    const { q05: low, q95: high } = band;
    if (low <= value && value <= high) return [];
    return [{ step, kind: 'departure', layer, metric: WATCHED_METRIC, value, low, high }];
  });
}

/** The layers that have left their band, by the records. */
export function departedLayers(records: readonly TrainingRecord[]): Set<number> {
  return new Set(records.flatMap((own) => (own.kind === 'departure' ? [own.layer] : [])));
}
