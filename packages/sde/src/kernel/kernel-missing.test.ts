import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { equicorrelated } from '../testing/reference-point.js';
import { webAssembly as present } from './web-assembly.js';

/** The package as a machine loads it whose WebAssembly is as given. */
async function packageWith(webAssembly: unknown) {
  vi.stubGlobal('WebAssembly', webAssembly);
  return import('../index.js');
}

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

/** Programs with instructions that it does not know are not valid. */
const WITHOUT_SIMD = { ...present, validate: () => false };
const run = { V0: equicorrelated(3, 0.2), paths: 6, seed: 1, stopAt: 1.4 };
const size = { tokens: 3, width: 16, depth: 4, gamma: 0.6 };

describe.each([
  ['without WebAssembly', undefined],
  ['with a WebAssembly without SIMD', WITHOUT_SIMD],
])('%s', (_, webAssembly) => {
  test('the reference computes', async () => {
    const { architecture, simulate, simulateChain } = await packageWith(webAssembly);
    const arch = architecture(size);
    const sde = { ...run, arch, time: 0.5, steps: 8 };
    expect(await simulate(sde)).toEqual(await simulate({ ...sde, engine: 'reference' }));
    const chain = { ...run, arch };
    expect(await simulateChain(chain)).toEqual(
      await simulateChain({ ...chain, engine: 'reference' }),
    );
  });

  test('the kernel is refused, with the reason', async () => {
    const { architecture, simulate, simulateChain } = await packageWith(webAssembly);
    const arch = architecture(size);
    const wanted = { ...run, arch, engine: 'kernel' } as const;
    const reason =
      /engine 'kernel' .*: WebAssembly with 128-bit SIMD is missing here\. Leave engine out/;
    await expect(simulate({ ...wanted, time: 0.5, steps: 8 })).rejects.toThrow(reason);
    await expect(simulateChain(wanted)).rejects.toThrow(reason);
  });
});

test('where it is not missing the kernel computes, in other last digits', async () => {
  const { architecture, simulate } = await packageWith(present);
  const sde = { ...run, arch: architecture(size), time: 0.5, steps: 8 };
  const fastest = await simulate(sde);
  expect(fastest).toEqual(await simulate({ ...sde, engine: 'kernel' }));
  expect(fastest.V).not.toEqual((await simulate({ ...sde, engine: 'reference' })).V);
});
