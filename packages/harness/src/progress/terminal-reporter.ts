import cliProgress from 'cli-progress';
import pc from 'picocolors';
import { formatLeft, formatRate, formatSeconds, type Recent } from './format.js';
import { Pace } from './pace.js';
import type { Reporter } from './reporter.js';
import type { Closable, Streams } from './streams.js';

/** Columns of the bar itself; the rest of a line of 80 is for label, counts and time. */
const BAR_COLUMNS = 24;
const LABEL_COLUMNS = 22;

/** ANSI: to the first column, and erase the line. */
const ERASE_LINE = '\r\u001b[K';

/** What the line of a bar says. */
export function barLine(
  { value, total, recent }: { value: number; total: number; recent: Recent },
  label: string,
  note: string,
): string {
  const share = total === 0 ? 1 : Math.min(1, value / total);
  const full = Math.round(share * BAR_COLUMNS);
  const bar = pc.cyan('█'.repeat(full)) + pc.dim('░'.repeat(BAR_COLUMNS - full));
  const percent = `${Math.floor(100 * share)} %`.padStart(5);
  const left = `${formatLeft(total - value, recent)} left`;
  const parts = [`${value}/${total}`, formatRate(recent), left, note];
  return `${label.padEnd(LABEL_COLUMNS)} ${bar} ${percent}  ${parts.filter(Boolean).join('  ')}`;
}

/**
 * Progress bars on a terminal, with rate and time left; a finished task leaves one line. Other
 * lines are printed above the bar.
 */
export function terminalReporter({ stdout, stderr }: Streams): Reporter & Closable {
  let bar: cliProgress.SingleBar | undefined;

  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  const write = (stream: NodeJS.WritableStream, text: string) => {
    if (bar !== undefined) stderr.write(ERASE_LINE);
    stream.write(`${text}\n`);
    // The bar draws itself again within a tenth of a second.
  };
  const line = (text: string) => write(stderr, text);

  return {
    task(label, total) {
      stop();
      const start = performance.now();
      const pace = new Pace();
      let value = 0;
      let note = '';
      let ended = false;
      const seconds = () => (performance.now() - start) / 1000;
      const own = new cliProgress.SingleBar({
        stream: stderr,
        clearOnComplete: true,
        hideCursor: true,
        fps: 10,
        linewrap: false,
        format: () => barLine({ value, total, recent: pace.since(seconds()) }, label, note),
      });
      bar = own;
      own.start(Math.max(1, total), 0);
      return {
        advance(by = 1, text = note) {
          value += by;
          pace.reach(value, seconds());
          note = text;
          own.update(Math.min(value, total));
        },
        done() {
          if (ended) return;
          ended = true;
          own.stop();
          if (bar === own) bar = undefined;
          const counts = `${value} in ${formatSeconds(seconds())}`;
          line(`${pc.green('✓')} ${label.padEnd(LABEL_COLUMNS - 2)} ${pc.dim(counts)}`);
        },
      };
    },
    line,
    warn: (text) => line(`${pc.yellow('warning:')} ${text}`),
    result: (text) => write(stdout, text),
    close: stop,
  };
}
