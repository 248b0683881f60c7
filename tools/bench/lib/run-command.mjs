import { findPeers } from './find-peers.mjs';
import { UsageError } from './parse-options.mjs';

/** The Python that runs the peers. @throws UsageError that says how to get one */
export function peersOrUsage() {
  try {
    return findPeers();
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** Runs a benchmark's main function: its number is the exit code; 2 for usage, 1 for a failure. */
export async function runCommand(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
