import type { Reporter } from '../../progress/reporter.js';

const MB = 1e6;

/** Progress counted in megabytes; without a total the bytes alone are told. */
export function byteTask(reporter: Reporter, label: string, total: number | undefined) {
  const task = reporter.task(label, Math.round((total ?? MB) / MB));
  let told = 0;
  let bytes = 0;
  const upTo = (now: number) => {
    bytes = Math.max(bytes, now);
    const whole = Math.min(
      Math.round(bytes / MB),
      total === undefined ? Infinity : Math.round(total / MB),
    );
    if (whole > told) task.advance(total === undefined ? 0 : whole - told, `${whole} MB`);
    told = Math.max(told, whole);
  };
  return { upTo, more: (by: number) => upTo(bytes + by), done: () => task.done() };
}
