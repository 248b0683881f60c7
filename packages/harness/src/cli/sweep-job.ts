import { pathToFileURL } from 'node:url';
import { EXIT } from '../failure.js';
import type { Streams } from '../progress/index.js';
import { runJob } from '../sweep/run-job.js';
import { SweepDirectory } from '../sweep/sweep-directory.js';
import { hasOption, main } from './main.js';

/**
 * Standard error that is also read, before anything is written: the last message of a command begins
 * a line with its name.
 */
function listening(said: (text: string) => void): Streams['stderr'] {
  const stream = Object.create(process.stderr) as Streams['stderr'];
  stream.write = (chunk: string | Uint8Array) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    if (/^shaped [\w-]+: /.test(text)) said(text);
    return process.stderr.write(chunk);
  };
  return stream;
}

/**
 * The process of one job of a sweep:
 *
 *     node sweep-job.js <sweep directory> <job> <threads>
 *
 * A launcher starts it with the job's log for output. It ends when the process that started it is gone.
 */
async function sweepJob([root, job, threads]: readonly string[]): Promise<number> {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The launcher may be gone since before anybody listened. (Slurm's jobs have no channel.)
  if (process.send !== undefined && !process.connected) return EXIT.terminated;
  const { SHAPED_BACKEND: _, ...env } = process.env; // It is in the configuration by now.
  try {
    return await runJob(SweepDirectory.open(root), job, {
      threads: Number(threads),
      hasOption,
      invoke: (argv, said) => {
        const streams = { stdout: process.stdout, stderr: listening(said) };
        process.stderr.write(`\n$ shaped ${argv.join(' ')}\n`);
        return main(argv, streams, env);
      },
    });
  } finally {
    if (process.connected) process.disconnect();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await sweepJob(process.argv.slice(2));
}
