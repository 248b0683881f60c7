import { Failure } from '../../failure.js';
import { runTool, ToolFailure, type ToolOptions } from './run-tool.js';

/** The first of `candidates` that answers `args`, with why each of the others does not. */
async function firstThat(
  candidates: readonly string[],
  args: readonly string[],
  options: ToolOptions,
): Promise<{ found?: string; reasons: string[] }> {
  const reasons: string[] = [];
  for (const command of candidates) {
    try {
      await runTool(command, args, options);
      return { found: command, reasons };
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error;
      const lacks = /No module named '?([\w.]+)/.exec(error.message)?.[1];
      const broken = lacks ? `${command} without ${lacks}` : `${command} that does not run`;
      reasons.push(error.missing ? `no ${command}` : broken);
    }
  }
  return { reasons };
}

/** `named` alone where the environment names one, else the usual names. */
const candidates = (named: string | undefined, usual: readonly string[]) =>
  named ? [named] : usual;

/** What a tool is needed for, and what to do without it. */
export interface Purpose {
  /** As in "which downloads TensorFlow". */
  which: string;
  otherwise: string;
}

/**
 * A Python with pip: `PYTHON`, or python3, or python.
 *
 * @throws Failure that says which of the two is missing
 */
export async function findPython(
  options: ToolOptions = {},
  { which, otherwise }: Purpose = {
    which: 'which downloads TensorFlow',
    otherwise: 'download the wheel elsewhere and give it with --wheel',
  },
): Promise<string> {
  const { env = process.env } = options;
  const names = candidates(env['PYTHON'], ['python3', 'python']);
  const { found, reasons } = await firstThat(names, ['-m', 'pip', '--version'], options);
  if (found) return found;
  throw new Failure(
    `findPython: expected Python with pip, ${which}, got ${reasons.join(', ')}. ` +
      `Install python3 and python3-pip, or ${otherwise}.`,
  );
}

/**
 * A C++ compiler: `CXX`, or g++, clang++ or c++.
 *
 * @throws Failure when there is none
 */
export async function findCompiler(options: ToolOptions = {}): Promise<string> {
  const { env = process.env } = options;
  const names = candidates(env['CXX'], ['g++', 'clang++', 'c++']);
  const { found, reasons } = await firstThat(names, ['--version'], options);
  if (found) return found;
  throw new Failure(
    `findCompiler: expected a C++ compiler, got ${reasons.join(', ')}. ` +
      'Install one ("apt-get install g++" on Debian and Ubuntu, "dnf install gcc-c++" on Fedora), or name it in CXX.',
  );
}

/**
 * npm, which fetches the sources of the binding.
 *
 * @throws Failure when there is none
 */
export async function findNpm(
  options: ToolOptions = {},
  { which, otherwise }: Purpose = {
    which: 'which fetches the sources of the binding',
    otherwise: 'give the archives with --packages',
  },
): Promise<string> {
  const { found, reasons } = await firstThat(['npm'], ['--version'], options);
  if (found) return found;
  throw new Failure(
    `findNpm: expected npm, ${which}, got ${reasons.join(', ')}. ` +
      `Install it beside Node, or ${otherwise}.`,
  );
}
