import { COARSE, FINE, type Ziggurat } from '@shaped/random';
import { KERNEL_BINARY } from './generated/kernel-binary.js';
import { bytesOf, webAssembly, type WebAssemblyMemory } from './web-assembly.js';

/** What `assembly/index.ts` exports; its comments say what each does. */
export interface KernelExports {
  readonly memory: WebAssemblyMemory;
  fineTableAt(): number;
  fineHeightsAt(): number;
  coarseTableAt(): number;
  coarseHeightsAt(): number;
  parametersAt(): number;
  stoppedAt(): number;
  overflowedAt(): number;
  maskAt(): number;
  inverseCountsAt(): number;
  stateAt(): number;
  proposedAt(): number;
  rowBytesNow(): number;
  halfBytesNow(): number;
  leftConeNow(): number;
  setKey(k0: number, k1: number): void;
  philox(out: number, c0: number, c1: number, c2: number, c3: number): void;
  setTile(...words: number[]): void;
  startPaths(bits: number): number;
  slicesAt(): number;
  setUpEulerMaruyama(
    tokens: number,
    mask: number,
    coarsest: number,
    levels: number,
    general?: number,
  ): number;
  setUpGram(
    tokens: number,
    mask: number,
    heads: number,
    attention: number,
    activation: number,
    outputProjection: number,
  ): number;
  setUpChain(
    tokens: number,
    mask: number,
    heads: number,
    attention: number,
    activation: number,
    preNorm: number,
    postNorm: number,
    outputProjection: number,
    sliced: number,
  ): number;
  runGram(from: number, to: number, words: number): void;
  runChain(from: number, to: number, words: number): void;
  beginEuler(): void;
  runEuler(from: number, to: number): number;
  resumeEuler(step: number): void;
}

/** An instance of the kernel: it holds the set-up of one task at a time. */
export interface KernelInstance {
  readonly exports: KernelExports;
  /** Views of its memory, made anew after the memory grew. */
  readonly doubles: () => Float64Array;
  readonly integers: () => Int32Array;
}

/** An instance whose memory grew beyond this is not kept. */
const KEPT_BYTES = 16 * 2 ** 20;

/** Instances that wait for another task, and how many may. */
const idle: KernelInstance[] = [];
const MOST_IDLE = 4;

let supported: boolean | undefined;
let compiled: Promise<object> | undefined;

/** Whether this machine's WebAssembly runs the kernel, which needs 128-bit SIMD. */
export function kernelIsSupported(): boolean {
  supported ??= webAssembly?.validate(bytesOf(KERNEL_BINARY)) ?? false;
  return supported;
}

/** Gives an instance to `use` for as long as its promise takes. */
export async function withKernel<T>(use: (kernel: KernelInstance) => Promise<T>): Promise<T> {
  const kernel = idle.pop() ?? (await instantiate());
  try {
    return await use(kernel);
  } finally {
    const kept = kernel.exports.memory.buffer.byteLength <= KEPT_BYTES;
    if (kept && idle.length < MOST_IDLE) idle.push(kernel);
  }
}

async function instantiate(): Promise<KernelInstance> {
  const wasm = webAssembly as NonNullable<typeof webAssembly>;
  compiled ??= wasm.compile(bytesOf(KERNEL_BINARY));
  const exports = (await wasm.instantiate(await compiled, {})).exports as KernelExports;
  let doubles = new Float64Array(exports.memory.buffer);
  let integers = new Int32Array(exports.memory.buffer);
  const kernel: KernelInstance = {
    exports,
    doubles() {
      if (doubles.length === 0) doubles = new Float64Array(exports.memory.buffer);
      return doubles;
    },
    integers() {
      if (integers.length === 0) integers = new Int32Array(exports.memory.buffer);
      return integers;
    },
  };
  doubles.set(widthsOf(FINE), exports.fineTableAt() / 8);
  doubles.set(FINE.heights, exports.fineHeightsAt() / 8);
  doubles.set(COARSE.heights, exports.coarseHeightsAt() / 8);
  new Float32Array(exports.memory.buffer).set(widthsOf(COARSE), exports.coarseTableAt() / 4);
  return kernel;
}

/** The widths of a ziggurat's strips, each the edge of the one before, and the last edge. */
function widthsOf({ strips, table }: Ziggurat): Float64Array {
  return Float64Array.from({ length: strips + 1 }, (_, i) => (i < strips ? table[2 * i] : 0));
}
