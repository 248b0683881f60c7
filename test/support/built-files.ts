import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Served } from '../browser/loopback-server.ts';
import { filesBelow } from './run-files.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

/** The files of a built page, by the paths they have below a folder of a server; `/` at its end. */
export function builtFiles(folder: string, at: string): Record<string, Served> {
  const files = filesBelow(folder).map((name): [string, Served] => {
    const type = TYPES[extname(name)];
    if (type === undefined) throw new Error(`builtFiles: expected ${name} of a known type.`);
    return [at + name, { type, body: readFileSync(join(folder, name)) }];
  });
  const served = Object.fromEntries(files);
  return { ...served, [at]: served[`${at}index.html`] };
}
