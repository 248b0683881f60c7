import type { Axes, SweepRequest } from './sweep-request.js';

/** What one job changes of the shared configuration: values by their keys. */
export type Settings = Readonly<Record<string, unknown>>;

/** Every combination of the values of axes; the last key varies fastest. */
function product(axes: Axes): Settings[] {
  return Object.entries(axes).reduce<Settings[]>(
    (rows, [key, values]) =>
      rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value }))),
    [{}],
  );
}

/** The values of axes of one length, together: first with first, second with second. */
function together(axes: Axes): Settings[] {
  const entries = Object.entries(axes);
  if (entries.length === 0) return [{}];
  return entries[0][1].map((_, i) =>
    Object.fromEntries(entries.map(([key, values]) => [key, values[i]])),
  );
}

/**
 * The settings of every job: grid × zip × list × seeds, where a grid is every combination of its
 * values, a zip takes its lists together, and a list its entries one by one. Seeds vary fastest, then
 * the list, the zip, and the last key of the grid.
 *
 * @param firstSeed where seeds are a number of them, the first
 */
export function sweepSettings(
  { grid, zip, list, seeds }: Pick<SweepRequest, 'grid' | 'zip' | 'list' | 'seeds'>,
  firstSeed: number,
): Settings[] {
  const repeats: Settings[] =
    seeds === undefined
      ? [{}]
      : (typeof seeds === 'number'
          ? Array.from({ length: seeds }, (_, i) => firstSeed + i)
          : seeds
        ).map((seed) => ({ seed }));
  const parts: (readonly Settings[])[] = [
    product(grid),
    together(zip),
    list.length > 0 ? list : [{}],
    repeats,
  ];
  return parts.reduce<Settings[]>(
    (rows, part) => rows.flatMap((row) => part.map((p) => ({ ...row, ...p }))),
    [{}],
  );
}
