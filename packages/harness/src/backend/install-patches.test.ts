import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { installPatches, patchNotices } from './install-patches.js';
import { PATCHES, type Patch } from './patches.js';
import { startWasm } from './start-wasm.js';
import { PATCHED_VERSION, type WasmAccess } from './wasm-access.js';

const VERSIONS = { 'tfjs-backend-wasm': PATCHED_VERSION, 'tfjs-core': PATCHED_VERSION };

/** The kernels that the backend ships, before any patch. */
const kernelOf = (name: string) => tf.getKernel(name, 'wasm') as tf.KernelConfig | undefined;
const shipped = new Map(
  ['BatchMatMul', 'UnsortedSegmentSum', 'Identity'].map((n) => [n, kernelOf(n)]),
);

const patchNamed = (name: string) => PATCHES.find((patch) => patch.name === name)!;

/** The running backend once more, for the patches another one. */
function anotherBackend(): WasmAccess & Record<string, unknown> {
  const { wasm } = tf.backend() as unknown as WasmAccess;
  return Object.assign(Object.create(tf.backend()) as WasmAccess & Record<string, unknown>, {
    wasm: Object.create(wasm) as WasmAccess['wasm'],
  });
}

/** The patches by the kernels that they replace. */
const PATCH_OF: Record<string, string> = {
  BatchMatMul: 'matMul',
  UnsortedSegmentSum: 'segment sum',
  Identity: 'clone',
};

/** The patch of a kernel, which does something to its results, counted from 0. */
function distorted(name: string, change: (out: Float32Array, call: number) => void): Patch {
  const patch = patchNamed(PATCH_OF[name]);
  const install: Patch['install'] = (backend) => {
    const undo = patch.install(backend);
    const patched = kernelOf(name)!;
    const { kernelFunc } = patched;
    let calls = 0;
    patched.kernelFunc = (args) => {
      const out = kernelFunc(args) as tf.TensorInfo;
      change((args.backend as WasmAccess).typedArrayFromHeap(out) as Float32Array, calls++);
      return out;
    };
    return undo;
  };
  return { ...patch, install };
}

describe('installPatches', () => {
  beforeAll(async () => void (await startWasm()));
  afterAll(() => void installPatches(VERSIONS, anotherBackend()));

  it('uses every patch where its check holds, and checks it once', async () => {
    const checks = PATCHES.map((patch) => vi.spyOn(patch, 'check'));
    onTestFinished(() => checks.forEach((check) => check.mockRestore()));
    const states = installPatches(VERSIONS, anotherBackend());
    expect(states.map(({ name, problem }) => [name, problem])).toEqual([
      ['matMul', undefined],
      ['segment sum', undefined],
      ['clone', undefined],
      ['heap guard', undefined],
    ]);
    expect(patchNotices(states)).toEqual([]);
    expect(await startWasm()).toMatchObject({ notes: [] });
    for (const check of checks) expect(check).toHaveBeenCalledTimes(1);
    for (const [name, stock] of shipped) expect(kernelOf(name)).not.toBe(stock);
  });

  // Of the check's calls, counted from 0, those whose results are wrong.
  it.each<[kernel: string, what: string, calls: number[]]>([
    ['BatchMatMul', 'values', [3]],
    ['BatchMatMul', 'values', [4]],
    ['BatchMatMul', 'gradients', [1]],
    ['BatchMatMul', 'gradients', [2]],
    ['UnsortedSegmentSum', 'values', [0]],
    ['UnsortedSegmentSum', 'gradients', [1]],
    ['Identity', 'values', [0]],
  ])('puts back the shipped %s when the patch returns wrong %s (call %j)', (name, what, calls) => {
    const patch = distorted(name, (out, call) => {
      if (calls.includes(call)) out[out.length - 1] += 1;
    });
    const states = installPatches(VERSIONS, anotherBackend(), [patch]);
    expect(patchNotices(states)).toEqual([
      `wasm: no ${patch.name} patch, because it returned wrong ${what}; ${patch.without}.`,
    ]);
    expect(kernelOf(name)).toBe(shipped.get(name));
  });

  it('puts back what was there when a patch throws, and goes on', () => {
    const broken: Patch = {
      ...distorted('BatchMatMul', () => {
        throw new Error('memory access out of bounds.');
      }),
    };
    const states = installPatches(VERSIONS, anotherBackend(), [broken, patchNamed('segment sum')]);
    expect(patchNotices(states)).toEqual([
      'wasm: no matMul patch, because it failed: memory access out of bounds; batched products run several times slower.',
    ]);
    expect(kernelOf('BatchMatMul')).toBe(shipped.get('BatchMatMul'));
    const four = tf.tidy(() => tf.matMul(tf.ones([1, 4]), tf.ones([4, 1])).dataSync()[0]);
    expect(four).toBe(4);
  });

  it.each(['tfjs-backend-wasm', 'tfjs-core'])('leaves another release of %s as it is', (name) => {
    const installs = PATCHES.map((patch) => vi.spyOn(patch, 'install'));
    onTestFinished(() => installs.forEach((spy) => spy.mockRestore()));
    const notices = patchNotices(
      installPatches({ ...VERSIONS, [name]: '4.23.0' }, anotherBackend()),
    );
    expect(notices).toHaveLength(PATCHES.length);
    expect(notices[0]).toBe(
      `wasm: no matMul patch, because it is made for ${name} 4.22.0, got 4.23.0; batched products run several times slower.`,
    );
    for (const install of installs) expect(install).not.toHaveBeenCalled();
  });

  it('leaves a backend whose private parts changed as it is, and names them', () => {
    const changed = anotherBackend();
    Object.assign(changed, { typedArrayFromHeap: undefined, dataIdNextNumber: '1' });
    Object.assign(changed.wasm, { tfjs: { registerTensor: () => undefined } });
    expect(patchNotices(installPatches(VERSIONS, changed))).toEqual([
      'wasm: no matMul patch, because the backend has no wasm.tfjs.disposeData, dataIdNextNumber as it is known; batched products run several times slower.',
      'wasm: no segment sum patch, because the backend has no typedArrayFromHeap as it is known; an embedding has no gradient, so training does not work.',
    ]);
    const bare = installPatches(VERSIONS, {});
    expect(bare.map(({ problem }) => problem)).not.toContain(undefined);
  });

  it('does not use a heap guard that lets a full heap pass', () => {
    const { wasm } = tf.backend() as unknown as WasmAccess;
    const guarded = wasm._malloc;
    const install = () => () => undefined;
    wasm._malloc = () => guarded(1);
    onTestFinished(() => void (wasm._malloc = guarded));
    const patch = { ...patchNamed('heap guard'), install };
    expect(installPatches(VERSIONS, anotherBackend(), [patch])[0].problem).toBe(
      'it let a full heap pass',
    );
  });
});

describe('the heap guard', () => {
  it('refuses a tensor that there is no room for, and works on', async () => {
    await startWasm();
    const before = tf.memory().numTensors;
    expect(() => tf.fill([2 ** 15, 2 ** 15], 1)).toThrow(
      /^wasm: expected room for 4294967296 more bytes, got a heap of 4 GiB that is full\. Use /,
    );
    // Nothing is written to it, so it takes no memory.
    const backend = tf.backend() as unknown as WasmAccess;
    const half = backend.makeOutput([2 ** 29], 'float32');
    expect(() => tf.fill([2 ** 29], 1)).toThrow('wasm: expected room for 2147483648 more bytes');
    backend.disposeData(half.dataId);
    expect(tf.tidy(() => tf.sum(tf.ones([8])).dataSync()[0])).toBe(8);
    expect(tf.memory().numTensors).toBe(before);
  });
});
