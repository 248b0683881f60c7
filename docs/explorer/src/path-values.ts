import {
  covarianceAt,
  meanCorrelation,
  meanLogVariance,
  proportion,
  quantiles,
  type Ensemble,
} from '@shaped/sde';
import { BAND, type Band, type Snapshot } from './snapshot.ts';

/** Mean ρ beyond which the tokens count as one, as in `shaped map` and `shaped advise`. */
export const COLLAPSED = 0.99;

/** Paths shown one by one. */
const EXAMPLES = 4;

/**
 * The values of an ensemble's paths at its recorded times, as batches come. A stopped path counts
 * with its last V at every later record, as in `summarize`.
 */
export class PathValues {
  #times = new Float64Array(0);
  /** `[records][paths]` */
  #rho: Float64Array[] = [];
  #logVariance: Float64Array[] = [];
  #stoppedAt = new Float64Array(0);
  #projected = 0;
  #paths = 0;

  /** Number of paths so far. */
  get paths(): number {
    return this.#paths;
  }

  add(batch: Ensemble): void {
    const { tokens, times, paths } = batch;
    if (this.#paths === 0) {
      this.#times = times.slice();
      const empty = () => Array.from(times, () => new Float64Array(0));
      [this.#rho, this.#logVariance] = [empty(), empty()];
    }
    this.#makeRoom(this.#paths + paths);
    for (let p = 0; p < paths; p++) {
      for (let r = 0; r < times.length; r++) {
        const V = covarianceAt(batch, p, r);
        this.#rho[r][this.#paths + p] = meanCorrelation(V, tokens);
        this.#logVariance[r][this.#paths + p] = meanLogVariance(V, tokens);
      }
    }
    this.#stoppedAt.set(batch.stoppedAt, this.#paths);
    this.#projected += batch.events.filter(({ kind }) => kind === 'leftCone').length;
    this.#paths += paths;
  }

  /** Room for so many paths, twice as many each time, so that short simulations take little. */
  #makeRoom(paths: number): void {
    const capacity = this.#stoppedAt.length;
    if (paths <= capacity) return;
    const grown = (values: Float64Array) => {
      const larger = new Float64Array(Math.max(paths, 2 * capacity));
      larger.set(values);
      return larger;
    };
    this.#stoppedAt = grown(this.#stoppedAt);
    this.#rho = this.#rho.map(grown);
    this.#logVariance = this.#logVariance.map(grown);
  }

  /** What the paths so far show; at least one must have been added. */
  snapshot(): Snapshot {
    const paths = this.#paths;
    const records = this.#times.length;
    const stoppedAt = this.#stoppedAt.subarray(0, paths);
    const count = (of: (path: number) => boolean) => {
      let found = 0;
      for (let p = 0; p < paths; p++) if (of(p)) found++;
      return found;
    };
    const shares = (of: (path: number, record: number) => boolean) =>
      Float64Array.from(this.#times, (_, r) => count((p) => of(p, r)) / paths);
    const blewUp = (p: number, r: number) => stoppedAt[p] <= this.#times[r];
    const collapsed = (p: number, r: number) => !blewUp(p, r) && this.#rho[r][p] > COLLAPSED;
    const last = records - 1;
    return {
      paths,
      times: this.#times.slice(),
      rho: bandOf(this.#rho, paths),
      logVariance: bandOf(this.#logVariance, paths),
      blownUpBy: shares(blewUp),
      collapsedAt: shares(collapsed),
      blownUp: proportion(
        count((p) => blewUp(p, last)),
        paths,
      ),
      collapsed: proportion(
        count((p) => collapsed(p, last)),
        paths,
      ),
      examples: Array.from({ length: Math.min(EXAMPLES, paths) }, (_, p) =>
        Float64Array.from(
          this.#rho.filter((_rho, r) => !blewUp(p, r)),
          (values) => values[p],
        ),
      ),
      projected: this.#projected / paths,
      undefinedShare: count((p) => Number.isNaN(this.#rho[last][p])) / paths,
    };
  }
}

/** Quantiles over the first paths, of those that have a value. */
function bandOf(values: readonly Float64Array[], paths: number): Band {
  const band = BAND.map(() => new Float64Array(values.length).fill(NaN));
  values.forEach((all, r) => {
    const defined = all.subarray(0, paths).filter((x) => !Number.isNaN(x));
    if (defined.length === 0) return;
    quantiles(defined, BAND).forEach((x, q) => (band[q][r] = x));
  });
  return band;
}
