import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { SESSION_CONFIG_FILE } from '../backend/native/session-config-source.js';
import type { NativeBackend } from './native-backend.js';
import type { Recording } from './recording.js';
import { feedName, fetchName, savedModel, TAG } from './saved-model.js';
import { sessionConfig } from './session-config.js';

export interface CaptureOptions {
  /** Whether XLA compiles the graph. */
  xla: boolean;
  /** How many independent parts of the graph are computed at the same time; 1 leaves it open. */
  parts: number;
}

/** A recording that TensorFlow runs in one call. */
export class Captured {
  readonly #backend: NativeBackend;
  readonly #session: number;
  readonly #feeds: string;
  readonly #fetches: string;
  /** Whether it has run, and so is compiled. */
  hasRun = false;

  /** @throws Error when TensorFlow refuses the graph */
  constructor(backend: NativeBackend, recording: Recording, { xla, parts }: CaptureOptions) {
    this.#backend = backend;
    this.#feeds = recording.inputs.map((_, i) => feedName(i)).join();
    this.#fetches = recording.outputs.map((_, i) => fetchName(i)).join();
    const folder = mkdtempSync(join(tmpdir(), 'shaped-capture-'));
    try {
      const bytes = savedModel(recording, backend.binding, xla);
      writeFileSync(join(folder, 'saved_model.pb'), bytes);
      writeFileSync(join(folder, SESSION_CONFIG_FILE), sessionConfig(parts));
      this.#session = backend.binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** @throws Error when TensorFlow cannot compile or run the graph */
  run(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    const { binding } = this.#backend;
    const ids = this.#backend.getInputTensorIds(inputs);
    const results = binding.runSavedModel(this.#session, ids, this.#feeds, this.#fetches);
    this.hasRun = true;
    return results.map((metadata) => this.#backend.createOutputTensor(metadata));
  }

  dispose(): void {
    this.#backend.binding.deleteSavedModel(this.#session);
  }
}
