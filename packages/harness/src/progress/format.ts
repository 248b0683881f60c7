/** Seconds for people: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Units of late and the seconds they took. */
export interface Recent {
  units: number;
  seconds: number;
}

/** Units a second for people: `12.3/s`; below one, seconds a unit: `4.1 s each`. */
export function formatRate({ units, seconds }: Recent): string {
  const rate = units / Math.max(seconds, Number.EPSILON);
  if (rate === 0) return '–';
  if (rate < 1) return `${formatSeconds(1 / rate)} each`;
  return `${rate < 100 ? rate.toFixed(1) : Math.round(rate)}/s`;
}

/** The time that is left when the rest goes at the rate of late. */
export function formatLeft(rest: number, { units, seconds }: Recent): string {
  if (units === 0) return '–';
  return formatSeconds((seconds / units) * Math.max(0, rest));
}
