import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** TensorBoard's line "TensorBoard 2.21.0 at http://localhost:6006/ (Press CTRL+C to quit)". */
const ANNOUNCEMENT = /TensorBoard \S+ at (http:\/\/\S+)/;

/** As much of the error output as is kept; the announcement is in its last line. */
const KEPT_CHARACTERS = 20_000;

/** Pause between two looks. */
const POLL_MS = 100;

/** Time for one request. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * The address that a starting TensorBoard announces on its error output, once it answers there.
 *
 * @throws Error with its error output when it ends first, or is not there after `timeoutMs`
 */
export async function serverUrl(child: ChildProcess, timeoutMs: number): Promise<string> {
  let output = '';
  let ended: string | undefined;
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-KEPT_CHARACTERS);
  });
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ??= `it ended with ${signal ?? `code ${code}`}`));
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (ended !== undefined) throw new Error(`${ended}. ${output.trim()}`.trim());
    const url = ANNOUNCEMENT.exec(output)?.[1].replace(/\/$/, '');
    if (url !== undefined && (await answers(url))) return url;
    await sleep(POLL_MS);
  }
  throw new Error(`no answer after ${timeoutMs / 1000} s. ${output.trim()}`.trim());
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/data/environment`, {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    return response.ok;
  } catch {
    return false;
  }
}
