import type { Argv } from 'yargs';
import type { Streams } from '../progress/index.js';

/** What a command may use of the process. */
export interface Session {
  streams: Streams;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C and SIGTERM. */
  signal: AbortSignal;
  /** The words after `shaped`, for the manifest. */
  argv: readonly string[];
}

/** One subcommand: its help, its options, and what it does. */
export interface Command<Arguments> {
  /** The name and positionals, as `report [runs..]`. */
  usage: string;
  describe: string;
  /** What its exit codes stand for, where they say more than done or failed. */
  exitCodes?: string;
  /** What to say of an interruption; by default that what is complete is kept. */
  interrupted?: string;
  options: (yargs: Argv) => Argv<Arguments>;
  /** Returns the exit code. */
  run: (args: Arguments, session: Session) => Promise<number>;
}
