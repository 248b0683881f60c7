import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeDirectory } from '../../run/make-directory.js';
import type { PackageFiles } from './npm-packages.js';
import { NODE_HEADERS, PROTOBUF, TFJS_NODE } from './releases.js';
import { withSessionConfig } from './session-config-source.js';
import { threadSafe } from './thread-safe-source.js';

/** The parts of the npm packages that are compiled, as files. */
export function writeSources(
  packages: Map<string, PackageFiles>,
  temporary: string,
): { folder: string; nodeHeaders: string; texts: string[] } {
  const folder = join(temporary, 'sources');
  const nodeHeaders = join(temporary, 'node');
  const texts: string[] = [];
  for (const [path, content] of packages.get(TFJS_NODE.name) ?? []) {
    if (!/^binding\/[^/]+\.(cc|h)$/.test(path)) continue;
    const own = basename(path);
    const stock = content.toString();
    const text = own === 'tfjs_backend.cc' ? withSessionConfig(threadSafe(stock)) : stock;
    texts.push(text);
    write(join(folder, own), text);
  }
  for (const [path, content] of packages.get(NODE_HEADERS.name) ?? []) {
    if (path.startsWith('include/')) write(join(nodeHeaders, basename(path)), content);
  }
  return { folder, nodeHeaders, texts };
}

/** The kernels in JavaScript, without tests and declarations. */
export function writeScripts(packages: Map<string, PackageFiles>, folder: string): void {
  for (const [path, content] of packages.get(TFJS_NODE.name) ?? []) {
    if (/^dist\/.*(?<!_test)\.js$|^package\.json$/.test(path))
      write(join(folder, 'tfjs', path), content);
  }
  const protobuf = packages.get(PROTOBUF.name)?.get('google-protobuf.js');
  if (protobuf) write(join(folder, 'tfjs', 'google-protobuf.js'), protobuf);
}

function write(path: string, content: string | Uint8Array): void {
  makeDirectory(dirname(path));
  writeFileSync(path, content);
}
