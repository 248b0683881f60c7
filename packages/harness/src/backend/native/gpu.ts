import { existsSync } from 'node:fs';
import { runTool, ToolFailure, type ToolOptions } from './run-tool.js';
import type { WheelArchive } from './wheel-archive.js';

/** The oldest driver that runs programs made for CUDA 12. */
const OLDEST_DRIVER = 525;

/** What stands between this machine and computing on a GPU. */
export interface GpuState {
  /** True when TensorFlow should find one. */
  usable: boolean;
  /** What was found, for people. */
  found: string;
  advice?: string;
}

/** Whether there is an NVIDIA GPU with a driver that is new enough, asked of nvidia-smi. */
export async function detectGpu(options: ToolOptions = {}): Promise<GpuState> {
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
  let answer: string;
  try {
    answer = await runTool('nvidia-smi', query, options);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    const driver = existsSync('/proc/driver/nvidia/version');
    return {
      usable: false,
      found: driver
        ? 'an NVIDIA driver, but nvidia-smi does not answer'
        : 'no NVIDIA driver, so that TensorFlow computes on the processor',
      advice: driver
        ? 'See nvidia-smi; in a container, pass the GPU in (--gpus all).'
        : `Install the NVIDIA driver ${OLDEST_DRIVER} or newer where there is a GPU; CUDA itself comes with the installation.`,
    };
  }
  const [line = ''] = answer.trim().split('\n');
  const [name, driver = ''] = line.split(',').map((part) => part.trim());
  const found = `${name}, driver ${driver}`;
  if (Number(driver.split('.')[0]) >= OLDEST_DRIVER) return { usable: true, found };
  const advice = `Install the driver ${OLDEST_DRIVER} or newer; until then TensorFlow computes on the processor.`;
  return { usable: false, found, advice };
}

/** The requirements of a wheel for CUDA, as pip reads them: those of its extra `and-cuda`. */
export function cudaRequirements(metadata: string): string[] {
  return [...metadata.matchAll(/^Requires-Dist: ([^;\n]+);\s*extra == ["']and-cuda["']/gm)].map(
    ([, requirement]) => requirement.trim(),
  );
}

/**
 * The members of an nvidia wheel that TensorFlow opens when it runs: shared libraries, the device
 * library and the assembler. They keep their places, `nvidia/<part>/lib` beside `tensorflow`: the
 * libraries of the wheel look there by their own run path, so that LD_LIBRARY_PATH is not needed.
 */
export function cudaMembers({ names }: WheelArchive): string[] {
  return names.filter((name) =>
    /^nvidia\/[^/]+\/(lib\/[^/]+\.so[.\d]*|nvvm\/libdevice\/[^/]+\.bc|bin\/ptxas)$/.test(name),
  );
}
