/** Least and most paths of a first picture. */
const [FEWEST, MOST] = [16, 512];

/**
 * Milliseconds that a first picture may take before it is made of fewer paths the next time, and
 * below which of more. Farther apart than a factor of two, so that no number goes back and forth:
 * while a slider is dragged every picture should be of the same paths.
 */
const [TOO_LONG, SHORT] = [40, 10];

/** How many paths the first picture of a simulation is made of, learnt from how long it took. */
export class FirstPaths {
  readonly #known = new Map<string, number>();

  /** For a simulation of so many tokens and steps. */
  of(tokens: number, steps: number): number {
    return this.#known.get(`${tokens} ${steps}`) ?? FEWEST;
  }

  /** Takes note of how long the first picture took. */
  took(tokens: number, steps: number, milliseconds: number): void {
    const now = this.of(tokens, steps);
    const next = milliseconds > TOO_LONG ? now / 2 : milliseconds < SHORT ? now * 2 : now;
    this.#known.set(`${tokens} ${steps}`, Math.min(MOST, Math.max(FEWEST, next)));
  }
}
