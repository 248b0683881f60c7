import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './repository.ts';

/** One file that Vite made. */
export interface ViteFile {
  type: 'chunk' | 'asset';
  fileName: string;
  /** Of a chunk. */
  code: string;
  /** Of an asset. */
  source: string | Uint8Array;
}

/** The files of a build by Vite, none of them written. */
export async function viteBuild(root: string, build: object): Promise<ViteFile[]> {
  const vitest = createRequire(`${ROOT}package.json`).resolve('vitest/package.json');
  const entry = join(createRequire(vitest).resolve('vite/package.json'), '../dist/node/index.js');
  const vite = (await import(pathToFileURL(entry).href)) as {
    build: (config: object) => Promise<{ output: ViteFile[] } | { output: ViteFile[] }[]>;
  };
  const outcome = await vite.build({
    ...{ root, configFile: false, logLevel: 'error' },
    build: { write: false, minify: false, ...build },
  });
  return [outcome].flat().flatMap(({ output }) => output);
}
