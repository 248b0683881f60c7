import { EXIT, Failure } from '../failure.js';

const SIGNALS = [
  ['SIGINT', EXIT.interrupted, 'Interrupted'],
  ['SIGTERM', EXIT.terminated, 'Terminated'],
] as const;

/**
 * An abort signal for Ctrl-C and SIGTERM, whose reason is the Failure with the exit code. A second
 * signal ends the process at once.
 *
 * @param kept what the reason says of what was done so far
 * @param release stops listening
 */
export function abortOnSignals(
  say: (line: string) => void,
  kept = 'What is complete is kept; the same command goes on from there.',
): {
  signal: AbortSignal;
  release: () => void;
} {
  const controller = new AbortController();
  const listeners = SIGNALS.map(([name, exitCode, word]) => {
    const listener = () => {
      if (controller.signal.aborted) process.exit(exitCode);
      say(`${word}: finishing what was begun; again to stop at once.`);
      controller.abort(new Failure(`${word}. ${kept}`, exitCode));
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
