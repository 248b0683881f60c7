import { rmSync } from 'node:fs';
import { theseVersions, thisMachine, type Machine, type Versions } from './machine.js';
import type { RunDirectory } from './run-directory.js';
import { DEPENDENTS, OUTPUTS, type StepName } from './steps.js';

export type CommandStatus = 'running' | 'done' | 'failed' | 'interrupted';

/** One command that worked on the run. */
export interface CommandRecord {
  command: string;
  arguments: string[];
  versions: Versions;
  machine: Machine;
  /** ISO 8601, UTC. */
  start: string;
  end?: string;
  status: CommandStatus;
  exitCode?: number;
  message?: string;
}

/** How a step stands. It is complete when `end` is there. */
export interface StepRecord {
  digest: string;
  start: string;
  end?: string;
  seconds?: number;
  /** What the step returned, such as a verdict. */
  outcome?: string;
}

/** The backend that made the numbers. */
export interface BackendRecord {
  name: string;
  reason: string;
  simd: boolean;
  /** Of TensorFlow. */
  version?: string;
  notes: string[];
}

/** `manifest.json`: on what, with what and when a run was made, and which steps are complete. */
export interface Manifest {
  format: 1;
  seed: number;
  backend?: BackendRecord;
  /** The text that was read. */
  corpus?: {
    name: string;
    /** SHA-256 over the SHA-256 of the documents' texts. */
    sha256: string;
    documents: number;
    bytes: number;
    tokenizer: string;
    tokens: number;
  };
  commands: CommandRecord[];
  steps: Partial<Record<StepName, StepRecord>>;
}

const FILE = 'manifest.json';
const now = () => new Date().toISOString();

/** The manifest of a run, or an empty one where none was written yet. */
export function readManifest(run: RunDirectory): Manifest {
  if (!run.has(FILE)) return { format: 1, seed: run.config().seed, commands: [], steps: {} };
  return run.readJson<Manifest>(FILE);
}

/** Changes the manifest of a run in one atomic step: a reader never sees a half-written one. */
export function updateManifest(run: RunDirectory, change: (manifest: Manifest) => void): void {
  const manifest = readManifest(run);
  change(manifest);
  run.writeJson(manifest, FILE);
}

/**
 * Records that a command starts. Commands that still stand as running were killed; they are marked
 * interrupted.
 */
export function beginCommand(run: RunDirectory, command: string, args: readonly string[]): void {
  updateManifest(run, ({ commands }) => {
    for (const record of commands) {
      if (record.status !== 'running') continue;
      record.status = 'interrupted';
      record.message = 'Ended without notice.';
    }
    commands.push({
      command,
      arguments: [...args],
      versions: theseVersions(),
      machine: thisMachine(),
      start: now(),
      status: 'running',
    });
  });
}

/** Records how the running command ended. */
export function endCommand(
  run: RunDirectory,
  end: { status: Exclude<CommandStatus, 'running'>; exitCode: number; message?: string },
): void {
  updateManifest(run, ({ commands }) => {
    const record = commands.findLast(({ status }) => status === 'running');
    if (record !== undefined) Object.assign(record, { end: now(), ...end });
  });
}

/** Whether a step was completed for this digest. */
export function isComplete(run: RunDirectory, step: StepName, digest: string): boolean {
  const record = readManifest(run).steps[step];
  return record?.end !== undefined && record.digest === digest;
}

/**
 * Records that a step starts. What it left for another digest is removed, what an interrupted
 * start of the same one left is kept; the steps that read its results start from nothing too.
 */
export function beginStep(run: RunDirectory, step: StepName, digest: string): void {
  const before = readManifest(run).steps;
  const stale = [...DEPENDENTS[step]].filter((dependent) => before[dependent] !== undefined);
  if (before[step] !== undefined && before[step].digest !== digest) stale.push(step);
  updateManifest(run, ({ steps }) => {
    for (const name of stale) delete steps[name];
    steps[step] = { digest, start: now() };
  });
  for (const name of stale) {
    for (const output of OUTPUTS[name]) rmSync(run.path(output), { recursive: true, force: true });
  }
}

/** Records that the step that was begun is complete. */
export function completeStep(run: RunDirectory, step: StepName, outcome?: string): void {
  updateManifest(run, ({ steps }) => {
    const record = steps[step];
    if (record === undefined) return;
    record.end = now();
    record.seconds = (Date.parse(record.end) - Date.parse(record.start)) / 1000;
    if (outcome !== undefined) record.outcome = outcome;
  });
}
