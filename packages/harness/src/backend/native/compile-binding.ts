import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { makeDirectory } from '../../run/make-directory.js';
import { runTool, ToolFailure, type ToolOptions } from './run-tool.js';
import { STDERR_SOURCE } from './stderr-source.js';
import { together } from './together.js';

/** What the binding calls: found beside it when it is loaded. */
export const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

/** The built addons. */
export const BINDING_FILE = 'tfjs_binding.node';
export const STDERR_FILE = 'stderr.node';

export interface CompileRequest extends ToolOptions {
  compiler: string;
  /** `tfjs_backend.cc`, `tfjs_binding.cc` and their headers. */
  sources: string;
  includes: readonly string[];
  /** Folder for objects. */
  temporary: string;
  /** Where the addons go; the libraries will be in `tensorflow` below it. */
  target: string;
}

/**
 * Compiles and links the binding and the addon that holds back standard error. The link uses empty
 * libraries of the right names: reading the real ones, of 0.8 GB, would take several times longer,
 * and the symbols are looked up only when the binding is loaded.
 *
 * @throws Failure with the end of the compiler's words
 */
export async function compileBinding(request: CompileRequest): Promise<void> {
  const { compiler, sources, includes, temporary, target, signal, env = process.env } = request;
  const at = (name: string) => join(temporary, name);
  const stubs = at('stubs');
  makeDirectory(stubs);
  writeFileSync(at('empty.cc'), '');
  writeFileSync(at('stderr.cc'), STDERR_SOURCE);
  const run = (args: readonly string[], stop = signal) =>
    runTool(compiler, args, { signal: stop, env: { ...env, TMPDIR: temporary } });
  const flags = [
    ...['-std=c++17', '-O2', '-fPIC', '-w', '-fno-exceptions', '-fno-rtti', '-DNAPI_VERSION=8'],
    ...includes.flatMap((folder) => ['-I', folder]),
  ];
  const compile = (source: string, object: string) => (stop: AbortSignal) =>
    run([...flags, '-c', source, '-o', object], stop);
  const stub = (name: string) => (stop: AbortSignal) => {
    const named = [`-Wl,-soname,${name}`, '-o', join(stubs, name)];
    return run(['-shared', '-fPIC', at('empty.cc'), ...named], stop);
  };
  try {
    await together<string[]>(signal, [
      compile(join(sources, 'tfjs_backend.cc'), at('backend.o')),
      compile(join(sources, 'tfjs_binding.cc'), at('binding.o')),
      compile(at('stderr.cc'), at('stderr.o')),
      ...LIBRARIES.map(stub),
    ]);
    await run(['-shared', at('stderr.o'), '-o', join(target, STDERR_FILE)]);
    await run([
      ...['-shared', at('backend.o'), at('binding.o'), '-o', join(target, BINDING_FILE)],
      ...['-Wl,--no-as-needed', ...LIBRARIES.map((name) => join(stubs, name))],
      '-Wl,-rpath,$ORIGIN/tensorflow',
    ]);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    throw new Failure(
      `compileBinding: expected ${compiler} to build the binding, got: ${error.message}\nUse a compiler for C++17, as g++ 8 or clang++ 7 and newer (name it in CXX).`,
      undefined,
      { cause: error },
    );
  }
}
