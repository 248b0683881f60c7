import type { Recent } from './format.js';

/** From so many units on the pace is that of the later half: what the first ones waited for is over. */
const ENOUGH = 16;

/** Marks are this share of what is done apart, so that few are kept however long the work. */
const SPACING = 1 / 64;

/** How fast work goes: at first since its start, later since half of what is done was done. */
export class Pace {
  #marks: { done: number; seconds: number }[] = [];
  #done = 0;

  /** Takes note that so many units are done in all, so many seconds after the start. */
  reach(done: number, seconds: number): void {
    this.#done = done;
    const last = this.#marks.at(-1)?.done ?? 0;
    if (done < last * (1 + SPACING)) return;
    this.#marks.push({ done, seconds });
    while (this.#marks.length > 1 && this.#marks[1].done <= done / 2) this.#marks.shift();
  }

  /** Units and the seconds they took, `seconds` after the start. */
  since(seconds: number): Recent {
    const [half] = this.#marks;
    if (this.#done < ENOUGH || half.done >= this.#done) return { units: this.#done, seconds };
    return { units: this.#done - half.done, seconds: seconds - half.seconds };
  }
}
