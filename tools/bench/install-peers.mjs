/**
 * Installs what the benchmark's peers need, PyTorch and NumPy at pinned versions, into
 * `.cache/bench-peers` and prints the path of its Python:
 *
 *     node tools/bench/install-peers.mjs [workspace]
 *
 * Safe to run at any time: it does nothing when the environment is there, starts over after an
 * interruption, and two at once wait for each other. Takes 4.4 GB where pip finds the build of
 * PyTorch for GPUs only, as on Linux by default, and a third of it otherwise. Progress goes to
 * standard error, the path alone to standard output. Exit code 1 with what to do when it cannot.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePython } from '../tensorboard/ensure-python.mjs';
import { withLock } from '../tensorboard/with-lock.mjs';
import {
  isInstalled,
  peersFolder,
  pythonOf,
  REQUIREMENTS,
  requirementsHash,
  ROOT,
  stampOf,
} from './lib/find-peers.mjs';

/** What the pinned NumPy asks for. */
const PYTHON = [3, 11];

/** As much of pip's words as goes into a message. */
const ERROR_LINES = 15;

/** Prints whether PyTorch was built for GPUs, without loading it: its libraries may be missing. */
const PROBE_GPU = `
import importlib.util, pathlib, runpy
version = pathlib.Path(importlib.util.find_spec("torch").origin).with_name("version.py")
print(bool(runpy.run_path(str(version)).get("cuda")))
`;

/** Fails unless both libraries load and compute. */
const PROBE_USE = 'import numpy, torch; torch.linalg.cholesky_ex(torch.from_numpy(numpy.eye(2)))';

/**
 * The path of a Python with the pinned libraries, in `<root>/.cache/bench-peers`.
 *
 * @param {{ root?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 * @throws Error that says what is missing and how to get it
 */
export async function installPeers({ root = ROOT, log = (line) => console.error(line) } = {}) {
  if (isInstalled(root)) return pythonOf(root);
  mkdirSync(join(root, '.cache'), { recursive: true });
  return withLock(join(root, '.cache', 'bench-peers.lock'), log, () => {
    if (!isInstalled(root)) install(root, log);
    return pythonOf(root);
  });
}

function install(root, log) {
  const folder = peersFolder(root);
  const python = ensurePython(log, { minimum: PYTHON });
  log(`Making the virtual environment ${folder} …`);
  rmSync(folder, { recursive: true, force: true });
  run(python, ['-m', 'venv', folder], 'a virtual environment', 'Is the disk full or read-only?');
  const [libraries, gpuLibraries] = REQUIREMENTS;
  log('Installing PyTorch and NumPy with pip (1.4 GB on disk) …');
  pip(root, libraries);
  if (said(root, PROBE_GPU) === 'True') {
    log('Installing the libraries that this build of PyTorch loads (3 GB on disk) …');
    pip(root, gpuLibraries);
  }
  said(root, PROBE_USE);
  writeFileSync(stampOf(root), requirementsHash());
}

function pip(root, requirements) {
  run(
    pythonOf(root),
    [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--no-cache-dir', '--no-deps', '-r', requirements],
    ],
    `pip to install ${requirements}`,
    'Check the network, the free disk space (5 GB), and pip\'s settings ("pip config list") where ' +
      'a mirror is needed.',
  );
}

/** What the environment's Python prints for a program. */
function said(root, program) {
  return run(
    pythonOf(root),
    ['-c', program],
    'PyTorch that loads',
    'This machine may be one for which PyTorch has no build at this version: run the peers with ' +
      'another Python and PyTorch by SHAPED_BENCH_PYTHON.',
  ).trim();
}

function run(command, args, expected, advice) {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status === 0) return result.stdout;
  const words = `${result.error?.message ?? ''}\n${result.stdout ?? ''}\n${result.stderr ?? ''}`;
  const tail = words.trim().split('\n').slice(-ERROR_LINES).join('\n');
  throw new Error(`installPeers: expected ${expected}, got:\n${tail}\n${advice}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await installPeers({ root: resolve(process.argv[2] ?? ROOT) }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
