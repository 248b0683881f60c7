import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { parseConfig, type Config } from '../config/index.js';
import type { CommandContext } from '../context.js';
import type { Reporter } from '../progress/reporter.js';
import { RunDirectory } from '../run/index.js';

/** Changes of a configuration, section by section. */
export type Changes = { [Section in keyof Config]?: unknown };

/** A text that is read at once; every letter is a token. */
const TEXT = Array.from(
  { length: 40 },
  (_, i) => `On line ${i} of this page the quick brown fox jumps over ${40 - i} lazy dogs.\n`,
).join('');

const folder = mkdtempSync(join(tmpdir(), 'shaped-tiny-'));
const corpus = join(folder, 'text.txt');
writeFileSync(corpus, TEXT);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = {
  name: 'tiny',
  seed: 17,
  workers: 0,
  model: { tokens: 4, width: 32, depth: 6, gamma: 0.5, tau0: 0.7, cMinus: -1.2 },
  data: { corpus, tokenizer: 'bytes' },
  probe: {
    networks: 4,
    windows: 2,
    gradients: 1,
    baselines: ['unshaped'],
    baselineNetworks: 2,
  },
  predict: { sdePaths: 20, chainPaths: 20, stepsPerLayer: 2 },
  check: { draws: 8, widths: [16, 32], trendPaths: 20 },
} as const;

/** A configuration that runs in well under a second, with changes over its sections. */
export function tinyConfig(changes: Changes = {}): Config {
  const merged: Record<string, unknown> = { ...SMALL };
  for (const [key, value] of Object.entries(changes)) {
    const base = merged[key];
    merged[key] =
      typeof base === 'object' && typeof value === 'object' ? { ...base, ...value } : value;
  }
  return parseConfig(merged, 'tiny');
}

/** A run in a new temporary directory, and everything its steps report. */
export interface TinyRun extends CommandContext {
  /** Results and warnings, in their order. */
  said: string[];
  /** The data of the results. */
  data: unknown[];
  /** Labels of the pieces of work that were begun. */
  begun: string[];
  controller: AbortController;
  /** Called at every unit of work. */
  onAdvance: (label: string) => void;
}

/** A tiny run; `onAdvance` of the result may be replaced, for instance to interrupt it. */
export function tinyRun(changes: Changes = {}): TinyRun {
  const config = tinyConfig(changes);
  const run = RunDirectory.create(mkdtempSync(join(folder, 'run-')), config);
  const controller = new AbortController();
  const context: TinyRun = {
    config,
    run,
    said: [],
    data: [],
    begun: [],
    controller,
    signal: controller.signal,
    onAdvance: () => undefined,
    backend: () => selectBackend('wasm'),
    reporter: undefined as unknown as Reporter,
  };
  context.reporter = {
    task: (label) => {
      context.begun.push(label);
      return { advance: () => context.onAdvance(label), done: () => undefined };
    },
    line: () => undefined,
    warn: (text) => void context.said.push(text),
    result: (text, data) => {
      context.said.push(text);
      context.data.push(data);
    },
  };
  return context;
}
