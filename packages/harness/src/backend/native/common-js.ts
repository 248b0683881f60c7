import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';

type Load = (path: string) => unknown;

const require = createRequire(import.meta.url);

/**
 * A loader of CommonJS modules whose requirements are given: files of a folder that lies in no
 * `node_modules` are handed the caller's own tfjs, and nothing of the process is changed for them.
 *
 * @param provided modules by the name under which they are required, made on first use
 * @param lazy paths of modules that are run only when something is read of them
 * @returns loads the module at a path
 */
export function commonJs(
  provided: Readonly<Record<string, () => unknown>>,
  lazy: readonly string[] = [],
): Load {
  const cache = new Map<string, { exports: unknown }>();
  const run: Load = (path) => {
    const known = cache.get(path);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    cache.set(path, module);
    const names = ['exports', 'require', 'module', '__filename', '__dirname'];
    const body = compileFunction(readFileSync(path, 'utf8'), names, { filename: path });
    Reflect.apply(body, module.exports, [
      ...[module.exports, requireFrom(dirname(path)), module],
      ...[path, dirname(path)],
    ]);
    return module.exports;
  };
  const load: Load = (path) =>
    lazy.includes(path) ? onFirstUse(() => run(path) as object) : run(path);
  const requireFrom = (folder: string) => (name: string) => {
    const given = Object.hasOwn(provided, name) ? provided[name] : undefined;
    if (given) return given();
    if (isBuiltin(name)) return require(name) as unknown;
    if (name.startsWith('.')) return load(resolveFile(join(folder, name)));
    throw new Error(`commonJs: expected one of ${Object.keys(provided).join(', ')}, got ${name}.`);
  };
  return load;
}

function resolveFile(path: string): string {
  const candidates = [`${path}.js`, join(path, 'index.js'), path];
  return candidates.find((file) => existsSync(file)) ?? path;
}

/** Stands for an object that is made when something is read of it. */
function onFirstUse(make: () => object): object {
  return new Proxy({}, { get: (_target, key) => Reflect.get(make(), key) as unknown });
}
