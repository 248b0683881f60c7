/** Exit codes of the command, the same for every subcommand. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  inconclusive: 3,
  interrupted: 130,
  terminated: 143,
} as const;

/**
 * A failure the user can act on. Its message says what was expected, what was received and what to
 * do; the command prints it without a stack trace and exits with `exitCode`.
 */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A failure of usage or configuration: exit code 2. */
export function usageFailure(message: string, options?: ErrorOptions): Failure {
  return new Failure(message, EXIT.usage, options);
}

/** The failure that an aborted `signal` stands for; its reason carries the exit code. */
export function interruption(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof Failure) return reason;
  return new Failure('Interrupted.', EXIT.interrupted);
}

/** Throws the interruption when `signal` was aborted. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interruption(signal);
}
