/**
 * Bytes of covariances held at once unless told otherwise, 2 GiB: what browsers and Node grant one
 * typed array everywhere, and what a machine of 8 GB spares.
 */
export const DEFAULT_MEMORY_LIMIT = 2 * 2 ** 30;

/** A size in binary units, two digits: `1.5 GiB`. */
function shown(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 2 ** (10 * power)).toPrecision(3))} ${units[power]}`;
}

/** What would be held at once. */
export interface MemoryNeeds {
  readonly caller: string;
  /** Paths held at once. */
  readonly paths: number;
  readonly records: number;
  readonly tokens: number;
  /** What to do instead. */
  readonly fix: string;
}

/**
 * Refuses to hold more covariances at once than the limit allows: paths × records × m² × 8 bytes.
 *
 * @throws RangeError with the sizes and what to do
 */
export function checkMemory(needs: MemoryNeeds, limit: number): void {
  const { caller, paths, records, tokens, fix } = needs;
  const bytes = paths * records * tokens ** 2 * 8;
  if (bytes <= limit) return;
  throw new RangeError(
    `${caller}: expected covariances of at most ${shown(limit)} at once, got ${shown(bytes)} ` +
      `(${paths} paths × ${records} records × ${tokens}² × 8 bytes). ${fix}`,
  );
}

/** A Float64Array, or an error that says what to do where the machine does not have the memory. */
export function allocate(needs: MemoryNeeds, length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch (cause) {
    throw new RangeError(
      `${needs.caller}: expected ${shown(length * 8)} of memory for ${needs.paths} paths, got none ` +
        `(${(cause as Error).message}). ${needs.fix}`,
      { cause },
    );
  }
}
