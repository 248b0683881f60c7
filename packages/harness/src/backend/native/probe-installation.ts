import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { BINDING_FILE, STDERR_FILE } from './compile-binding.js';
import { runTool, ToolFailure, type ToolOptions } from './run-tool.js';

/** What an installation says of itself. */
export interface Probe {
  version: string;
  usesGpu: boolean;
}

/** Multiplies [1 2; 3 4] by itself through the binding alone, and prints what came out as JSON. */
const PROGRAM = `
const [, binding, stderr] = process.argv;
const held = require(stderr);
held.hold();
let said = '';
let b;
try { b = require(binding); } finally { said = held.release(); }
const id = b.createTensor([2, 2], b.TF_FLOAT, Float32Array.of(1, 2, 3, 4));
const flag = (name) => ({ name, type: b.TF_ATTR_BOOL, value: false });
const type = { name: 'T', type: b.TF_ATTR_TYPE, value: b.TF_FLOAT };
const [out] = b.executeOp('MatMul', [flag('transpose_a'), flag('transpose_b'), type], [id, id], 1);
const product = [...b.tensorDataSync(out.id)];
console.log(JSON.stringify({ version: b.TF_Version, usesGpu: b.isUsingGpuDevice(), product, said }));
`;

/** The square of [1 2; 3 4]. */
const SQUARE = '[7,10,15,22]';

/**
 * What an installation answers in a process of its own: a library that does not fit the machine may
 * end the process that loads it.
 *
 * @param environment in place of this process's
 * @throws Failure with what it said, when it does not load or computes wrong values
 */
export async function probeInstallation(
  folder: string,
  { signal, env = process.env }: ToolOptions = {},
): Promise<Probe> {
  const files = [BINDING_FILE, STDERR_FILE].map((name) => join(folder, name));
  let answer: string;
  try {
    answer = await runTool(process.execPath, ['-e', PROGRAM, ...files], {
      signal,
      env: { ...env, TF_CPP_MIN_LOG_LEVEL: '2', NODE_OPTIONS: '' },
    });
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    throw new Failure(
      `probeInstallation: expected TensorFlow in ${folder} to load, got: ${error.message}\nInstall it again (shaped backend install tensorflow --fresh), or use the wasm backend.`,
      undefined,
      { cause: error },
    );
  }
  const { product, version, usesGpu } = JSON.parse(answer) as Probe & { product: number[] };
  if (JSON.stringify(product) === SQUARE) return { version, usesGpu };
  throw new Failure(
    `probeInstallation: expected ${SQUARE} from TensorFlow ${version}, got ${JSON.stringify(product)}. Use the wasm backend here.`,
  );
}
