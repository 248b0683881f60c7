/**
 * Compiles the AssemblyScript of packages/sde/src/kernel/assembly, loops written out where it asks for
 * that, and writes the program as a TypeScript module, so that it needs no file of its own in Node,
 * browsers and bundles:
 *
 *     npm run kernel -w packages/sde
 *
 * The compiler is deterministic; a test of @shaped/sde compiles again and compares.
 */
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';
import { unroll } from './unroll.mjs';

const KERNEL = fileURLToPath(new URL('../../packages/sde/src/kernel/', import.meta.url));
const OUT = `${KERNEL}generated/kernel-binary.ts`;

const OPTIONS = [
  ...['--outFile', 'kernel.wasm', '-O3', '--noAssert', '--runtime', 'stub'],
  ...['--enable', 'simd', '--baseDir', `${KERNEL}assembly`],
  // "Exchange of v128 values": between the sources' own files, not with the host.
  ...['--disableWarning', '112'],
];

/**
 * The program as bytes.
 *
 * @throws Error with the compiler's words
 */
export async function compileKernel() {
  let program;
  const writeFile = (name, contents) => {
    if (name === 'kernel.wasm') program = contents;
  };
  const readFile = (name, folder) => {
    const path = join(folder, name);
    return existsSync(path) ? unroll(readFileSync(path, 'utf8')) : null;
  };
  const { error, stderr } = await main(['index.ts', ...OPTIONS], { readFile, writeFile });
  if (error || program === undefined) {
    throw new Error(`compileKernel: expected sources that compile, got:\n${stderr.toString()}`);
  }
  return program;
}

/** The module that holds the program. */
export function moduleOf(program) {
  const text = Buffer.from(program).toString('base64');
  return `// Written by tools/kernel/compile.mjs from ../assembly; not to be edited.

/** The kernel as a WebAssembly program, base64. */
export const KERNEL_BINARY =
  '${text}';
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const program = await compileKernel();
  writeFileSync(OUT, moduleOf(program));
  console.log(`${OUT}: ${(program.length / 1024).toFixed(1)} KiB`);
}
