import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cudaMembers, cudaRequirements, detectGpu } from './gpu.js';
import { environmentWith, temporaryFolder } from './testing/fake-tools.js';
import { makeWheel } from './testing/make-wheel.js';
import { WheelArchive } from './wheel-archive.js';

describe('detectGpu', () => {
  it('finds a GPU with a driver that is new enough', async () => {
    const env = environmentWith({ 'nvidia-smi': 'echo "NVIDIA H100, 550.54.15"' });
    expect(await detectGpu({ env })).toEqual({
      usable: true,
      found: 'NVIDIA H100, driver 550.54.15',
    });
  });

  it('says that a driver is too old, and what happens until it is not', async () => {
    const env = environmentWith({ 'nvidia-smi': 'echo "Tesla K80, 470.1"' });
    const { usable, advice } = await detectGpu({ env });
    expect([usable, advice]).toEqual([
      false,
      'Install the driver 525 or newer; until then TensorFlow computes on the processor.',
    ]);
  });

  it('says that there is none', async () => {
    const { usable, found, advice } = await detectGpu({ env: environmentWith({}) });
    expect(usable).toBe(false);
    expect(found).toMatch(/NVIDIA driver/);
    expect(advice).toMatch(/driver|container/);
  });
});

describe('the wheels with CUDA', () => {
  it('are those of the extra and-cuda', () => {
    const metadata = [
      'Requires-Dist: numpy>=1.26',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      "Requires-Dist: nvidia-nccl-cu12 <3.0 ; extra == 'and-cuda'",
      'Requires-Dist: tensorboard; extra == "other"',
    ].join('\n');
    expect(cudaRequirements(metadata)).toEqual([
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-nccl-cu12 <3.0',
    ]);
  });

  it('give their libraries, the device library and the assembler, and nothing else', () => {
    const path = join(temporaryFolder(), 'cuda.whl');
    const wanted = [
      ...['nvidia/cudnn/lib/libcudnn.so.9', 'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc'],
      'nvidia/cuda_nvcc/bin/ptxas',
    ];
    const others = [
      'nvidia/cudnn/include/cudnn.h',
      'nvidia/cuda_nvcc/bin/nvcc',
      'nvidia/__init__.py',
    ];
    const files = Object.fromEntries([...wanted, ...others].map((name) => [name, 'x']));
    writeFileSync(path, makeWheel({ name: 'nvidia_x', files }));
    expect(cudaMembers(WheelArchive.open(path))).toEqual(wanted);
  });
});
