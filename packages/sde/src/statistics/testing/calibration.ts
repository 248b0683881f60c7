import { foldIn, keyFromSeed, Stream } from '@shaped/random';

/** The share of seeded repeats whose p-value is at most `level`. */
export function rejectionRate(
  name: string,
  repeats: number,
  level: number,
  pValue: (stream: Stream, repeat: number) => number,
): number {
  const key = foldIn(keyFromSeed(2306), 'calibration', name);
  let rejected = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    if (pValue(new Stream(key, repeat), repeat) <= level) rejected++;
  }
  return rejected / repeats;
}

/** Four binomial standard errors: a correct rate leaves this band with alpha 6e-5. */
export function band(level: number, repeats: number): number {
  return 4 * Math.sqrt((level * (1 - level)) / repeats);
}

/** Independent normals of a given mean and standard deviation. */
export function normals(stream: Stream, count: number, mean = 0, deviation = 1): Float64Array {
  return stream.fillNormal(new Float64Array(count), deviation).map((value) => value + mean);
}
