// Run by nodes.test.ts on each Node, as a user's program would be: trains, saves, loads, in a
// folder that it is given, and prints what came out as one line of JSON.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { loadTensorflow } from '@shaped/harness/backend';

const { version, usesGpu } = await loadTensorflow({ tf });
const model = tfl.sequential({
  layers: [
    tfl.layers.embedding({ inputDim: 5, outputDim: 4, inputLength: 3 }),
    tfl.layers.layerNormalization(),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 1 }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
const x = tf.tensor2d([0, 1, 2, 2, 3, 4], [2, 3]);
const y = tf.tensor2d([1, -1], [2, 1]);
const { history } = await model.fit(x, y, { epochs: 30, verbose: 0 });
await model.save(`file://${process.argv[2]}`);
const again = await tfl.loadLayersModel(`file://${process.argv[2]}/model.json`);
const [before, after] = [model, again].map((own) => Array.from(own.predict(x).dataSync()));
console.log(
  JSON.stringify({
    node: process.versions.node,
    backend: tf.getBackend(),
    ...{ version, usesGpu },
    falls: history.loss.at(-1) < history.loss[0],
    same: before.every((value, i) => value === after[i]),
  }),
);
