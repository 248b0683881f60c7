import { EXIT, Failure } from '../failure.js';

/**
 * Prints why a command failed and returns its exit code. What the user can act on is one message
 * without a stack; anything else is one line, with the stack when SHAPED_DEBUG is set.
 */
export function printError(
  error: unknown,
  command: string,
  { stderr, env, json }: { stderr: NodeJS.WritableStream; env: NodeJS.ProcessEnv; json: boolean },
): number {
  const known = error instanceof Failure;
  const exitCode = known ? error.exitCode : EXIT.failed;
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    stderr.write(`${JSON.stringify({ error: message, command, exitCode })}\n`);
  } else if (known) {
    stderr.write(`${command}: ${message}\n`);
  } else {
    const kind = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
    stderr.write(
      `${command}: ${kind}${message.split('\n')[0]} (unexpected; set SHAPED_DEBUG=1 for the stack)\n`,
    );
  }
  if (env['SHAPED_DEBUG'] && error instanceof Error) {
    stderr.write(`${error.stack ?? ''}\n`);
    if (error.cause instanceof Error) stderr.write(`caused by ${error.cause.stack ?? ''}\n`);
  }
  return exitCode;
}
