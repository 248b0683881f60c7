import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { Failure } from '../failure.js';
import { languageModel, type LanguageModel } from '../network/index.js';
import { atomicWrite, diskFailure } from '../run/index.js';

const TOPOLOGY = 'model.json';
const WEIGHTS = 'weights.bin';

/**
 * Writes a model in the format of TensorFlow.js, `model.json` and `weights.bin`. Each file appears
 * whole, `model.json` last: a folder that has it is complete.
 *
 * @throws Failure when the disk refuses
 */
export async function saveModel(model: LayersModel, folder: string): Promise<void> {
  await model.save({
    save: (artifacts) => {
      const { modelTopology, weightSpecs = [], weightData = [] } = artifacts;
      const { format, generatedBy, convertedBy } = artifacts;
      const parts = [weightData].flat().map((part) => Buffer.from(part));
      atomicWrite(join(folder, WEIGHTS), Buffer.concat(parts));
      const json = {
        ...{ modelTopology, format, generatedBy, convertedBy },
        weightsManifest: [{ paths: [WEIGHTS], weights: weightSpecs }],
      };
      atomicWrite(join(folder, TOPOLOGY), JSON.stringify(json));
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' },
      });
    },
  });
}

/**
 * The trained language model of a folder that `saveModel` wrote.
 *
 * @throws Failure when a file is missing or damaged
 */
export async function loadModel(folder: string): Promise<LanguageModel> {
  const model = await loadLayersModel({
    load: async () => {
      const json = JSON.parse(read(folder, TOPOLOGY).toString('utf8')) as tf.io.ModelJSON;
      return tf.io.getModelArtifactsForJSON(json, (manifest) => {
        const specs = manifest.flatMap(({ weights }) => weights);
        const bytes = read(folder, WEIGHTS);
        const expected = specs.reduce(
          (sum, { shape }) => sum + Float32Array.BYTES_PER_ELEMENT * tf.util.sizeFromShape(shape),
          0,
        );
        if (bytes.length !== expected) {
          throw new Failure(
            `loadModel: expected ${expected} bytes in ${join(folder, WEIGHTS)}, got ${bytes.length}. Train again.`,
          );
        }
        return Promise.resolve([specs, new Uint8Array(bytes).buffer]);
      });
    },
  });
  return languageModel(model);
}

function read(folder: string, name: string): Buffer {
  const path = join(folder, name);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw diskFailure('read', path, cause);
  }
}
