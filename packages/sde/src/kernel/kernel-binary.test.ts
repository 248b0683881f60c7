import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The parts of tools/kernel/compile.mjs, which has no types of its own. */
interface Compiler {
  compileKernel: () => Promise<Uint8Array>;
  moduleOf: (program: Uint8Array) => string;
}
const TOOL = new URL('../../../../tools/kernel/compile.mjs', import.meta.url).href;

test('the committed program is what its sources compile to', async () => {
  const { compileKernel, moduleOf } = (await import(TOOL)) as Compiler;
  const committed = readFileSync(new URL('generated/kernel-binary.ts', import.meta.url), 'utf8');
  // Not compared by toBe, which would print both.
  expect(
    moduleOf(await compileKernel()) === committed,
    'expected generated/kernel-binary.ts to be compiled from assembly/, got another. ' +
      'Run "npm run kernel -w packages/sde" and commit what it writes.',
  ).toBe(true);
});
