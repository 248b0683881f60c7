import { formatLeft, formatRate, formatSeconds } from './format.js';
import { Pace } from './pace.js';
import type { Reporter } from './reporter.js';
import type { Closable, Streams } from './streams.js';

/** A line after this many seconds, or after this share of the work and one second. */
const SECONDS = 5;
const SHARE = 0.1;

/**
 * Progress as plain lines, for logs and pipes: at the start, about every five seconds or tenth of
 * the work, and at the end.
 *
 * @param now milliseconds; replaced in tests
 */
export function plainReporter(
  { stdout, stderr }: Streams,
  now: () => number = () => performance.now(),
): Reporter & Closable {
  const line = (text: string) => void stderr.write(`${text}\n`);
  return {
    task(label, total) {
      const start = now();
      const pace = new Pace();
      let done = 0;
      let ended = false;
      let lastTime = start;
      let lastDone = 0;
      line(`${label}: ${total} to do`);
      return {
        advance(by = 1, note) {
          done += by;
          pace.reach(done, (now() - start) / 1000);
          const waited = (now() - lastTime) / 1000;
          const due = waited >= SECONDS || (waited >= 1 && done - lastDone >= SHARE * total);
          if (!due || done >= total) return;
          [lastTime, lastDone] = [now(), done];
          const recent = pace.since((lastTime - start) / 1000);
          line(
            `${label}: ${done} of ${total}, ${formatRate(recent)}, ${formatLeft(total - done, recent)} left${note ? `, ${note}` : ''}`,
          );
        },
        done() {
          if (ended) return;
          ended = true;
          const seconds = (now() - start) / 1000;
          line(`${label}: ${done} done in ${formatSeconds(seconds)}`);
        },
      };
    },
    line,
    warn: (text) => line(`warning: ${text}`),
    result: (text) => void stdout.write(`${text}\n`),
    close: () => undefined,
  };
}
