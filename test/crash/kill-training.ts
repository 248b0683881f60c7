import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { keyFromSeed, Stream } from '@shaped/random';
import { sets, TINY } from '../support/config.ts';
import { ROOT } from '../support/repository.ts';
import { filesBelow } from '../support/run-files.ts';
import { shaped, startShaped, type Ended } from '../support/shaped.ts';

const STEPS = 60;

/** How often the steps of a training are counted, in ms, and how long a kill waits after that. */
const POLL_MS = 1;
const MOST_POLLS = 30;

/** Many checkpoints, records and events in few steps of the smallest network. */
const SETTINGS = {
  'data.tokenizer': 'bytes',
  'train.steps': STEPS,
  'train.checkpointEvery': 3,
  'train.evaluateEvery': 7,
  'train.metricsEvery': 5,
};

/** What loads `kill-at-change.mjs` into a command. */
const PRELOAD = `--import=${pathToFileURL(`${ROOT}test/crash/kill-at-change.mjs`).href}`;

/** `shaped train` into a run directory. */
const trainArguments = (run: string) => [
  ...['train', run, '-c', TINY, '--backend', 'wasm'],
  ...sets(SETTINGS),
];

/** The hashes of records, checkpoints (weights and optimiser) and model, by path; not of times. */
export function trainingHashes(run: string): Record<string, string> {
  const folder = join(run, 'train');
  const paths = filesBelow(folder).filter((path) => !/^(summary\.json|timing\.jsonl)$/.test(path));
  return Object.fromEntries(
    paths.map((path) => {
      const bytes = readFileSync(join(folder, path));
      return [path, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}

/** The steps that a training has recorded so far. */
function stepsOf(run: string): number {
  const path = join(run, 'train', 'timing.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

function expectDone({ code, signal, stderr }: Ended): void {
  if (code !== 0) throw new Error(`expected exit code 0, got ${code ?? signal}:\n${stderr}`);
}

/** What one killed training came to. */
export interface Killed {
  /** Where it was killed. */
  moment: string;
  /** How the killed process ended: SIGKILL, or null when it was done before. */
  signal: NodeJS.Signals | null;
  /** Whether there was a checkpoint by then, which `--resume` had to go on from. */
  hadCheckpoint: boolean;
  /** Paths whose bytes differ from those of the training that was never stopped; none if all is well. */
  different: string[];
}

/**
 * Trains once without a stop; then again and again in a directory of its own, kills the process
 * (SIGKILL), goes on with `--resume`, and compares every byte of the end.
 *
 * @param folder where the runs go; those that differ stay there
 * @param kills.times kills at moments drawn uniformly from all steps of the training
 * @param kills.changes kills in the middle of a change of the disk, drawn uniformly from all of them
 * @param report told of each kill
 */
export async function killTraining(
  folder: string,
  kills: { times: number; changes: number; seed: number },
  report: (killed: Killed) => void = () => undefined,
): Promise<Killed[]> {
  const whole = join(folder, 'whole');
  const reference = await shaped(trainArguments(whole), { env: { NODE_OPTIONS: PRELOAD } });
  expectDone(reference);
  const changes = Number(/^changes: (\d+)$/m.exec(reference.stderr)?.[1]);
  if (!(changes > 0)) throw new Error(`expected changes of the disk, got ${changes}`);
  const expected = trainingHashes(whole);
  const results: Killed[] = [];

  async function kill(name: string, moment: string, work: (run: string) => Promise<Ended>) {
    const run = join(folder, name);
    const { signal } = await work(run);
    const hadCheckpoint = existsSync(join(run, 'train', 'checkpoints', 'best'));
    const resumed = await shaped(['train', run, '--resume']);
    // Killed before its training began it has nothing to go on with: then the same command does.
    expectDone(resumed.code === 2 && !hadCheckpoint ? await shaped(trainArguments(run)) : resumed);
    const got = trainingHashes(run);
    const paths = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
    const different = paths.filter((path) => expected[path] !== got[path]);
    if (different.length === 0) rmSync(run, { recursive: true });
    const killed = { moment, signal, hadCheckpoint, different };
    report(killed);
    results.push(killed);
  }

  const key = keyFromSeed(kills.seed);
  for (let i = 0; i < kills.times; i++) {
    const stream = new Stream(key, 0, i);
    const [steps, pollsMore] = [stream.integer(STEPS), stream.integer(MOST_POLLS)];
    await kill(`time-${i}`, `${pollsMore} ms after step ${steps}`, async (run) => {
      const started = startShaped(trainArguments(run));
      const { process } = started;
      while (stepsOf(run) < steps && (process.exitCode ?? process.signalCode) === null) {
        await setTimeout(POLL_MS);
      }
      await setTimeout(POLL_MS * pollsMore);
      process.kill('SIGKILL');
      return started.ended;
    });
  }
  for (let i = 0; i < kills.changes; i++) {
    const at = 1 + new Stream(key, 1, i).integer(changes);
    await kill(`change-${i}`, `in change ${at} of ${changes}`, (run) =>
      shaped(trainArguments(run), { env: { NODE_OPTIONS: PRELOAD, KILL_AT: String(at) } }),
    );
  }
  return results;
}
