// A worker thread of load-tensorflow.test.ts: loads the addon of an installation and multiplies.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const { binding: path, rounds, scale } = workerData;
const b = createRequire(import.meta.url)(path);
const flag = (name) => ({ name, type: b.TF_ATTR_BOOL, value: false });
const type = { name: 'T', type: b.TF_ATTR_TYPE, value: b.TF_FLOAT };
let sum = 0;
for (let round = 0; round < rounds; round++) {
  const id = b.createTensor([2, 2], b.TF_FLOAT, Float32Array.of(scale, 0, 0, scale));
  const attributes = [flag('transpose_a'), flag('transpose_b'), type];
  const [out] = b.executeOp('MatMul', attributes, [id, id], 1);
  sum += b.tensorDataSync(out.id)[0];
  b.deleteTensor(id);
  b.deleteTensor(out.id);
}
parentPort.postMessage(sum);
