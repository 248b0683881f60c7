import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EXIT, Failure } from '../../failure.js';
import { checkDisk } from './check-platform.js';
import { sha256Of } from './checksum.js';
import { commonJs } from './common-js.js';
import { compileBinding } from './compile-binding.js';
import { probeInstallation } from './probe-installation.js';
import { runTool } from './run-tool.js';
import { readTarball } from './tarball.js';
import { environmentWith, temporaryFolder } from './testing/fake-tools.js';
import { withSessionConfig } from './session-config-source.js';
import { threadSafe } from './thread-safe-source.js';
import { together } from './together.js';

describe('runTool', () => {
  it('returns what a program prints, and says how one failed', async () => {
    const env = environmentWith({
      good: 'echo yes',
      bad: 'echo why >&2; exit 3',
      ill: 'kill -9 $$',
    });
    expect(await runTool('good', [], { env })).toBe('yes\n');
    await expect(runTool('bad', [], { env })).rejects.toMatchObject({
      message: 'bad ended with exit code 3:\nwhy',
      missing: false,
    });
    await expect(runTool('ill', [], { env })).rejects.toThrow('ill ended with signal SIGKILL');
    await expect(runTool('none', [], { env })).rejects.toMatchObject({ missing: true });
  });
});

describe('sha256Of', () => {
  it('ends with the interruption when it is aborted', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'abc');
    expect(await sha256Of(path)).toMatch(/^ba7816bf.*15ad$/);
    const reason = new Failure('Interrupted.', EXIT.interrupted);
    await expect(sha256Of(path, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('together', () => {
  it('waits for every piece, and aborts the others when one fails', async () => {
    const doubled = (x: number) => () => Promise.resolve(2 * x);
    expect(await together<[number, number]>(undefined, [doubled(1), doubled(2)])).toEqual([2, 4]);
    let ended = false;
    const waits = async (stop: AbortSignal) => {
      while (!stop.aborted) await sleep(1);
      await sleep(5);
      ended = true;
    };
    const fails = () => Promise.reject(new Error('first'));
    await expect(together<unknown[]>(undefined, [waits, fails])).rejects.toThrow('first');
    expect(ended).toBe(true);
  });
});

describe('the build', () => {
  it('says what the compiler said', async () => {
    const [sources, temporary, target] = [1, 2, 3].map(temporaryFolder);
    const env = environmentWith({ 'g++': 'echo "error: C++17 is not known" >&2; exit 1' });
    const request = { compiler: 'g++', sources, includes: [], temporary, target, env };
    await expect(compileBinding(request)).rejects.toThrow(
      /expected g\+\+ to build the binding, got: .*C\+\+17 is not known\nUse a compiler for C\+\+17/s,
    );
  });

  it('refuses sources that are not the ones it was written for', () => {
    const source = 'a\nstatic std::set<std::string> ATTR_NAME_SET;\nb';
    expect(threadSafe(source)).toContain('static thread_local std::set<std::string>');
    expect(() => threadSafe('a\nb')).toThrow(/with one line "static std::set/);
    const folder = 'const char *export_dir = export_dir_string.c_str();';
    expect(withSessionConfig(`a\n${folder}\nb`)).toContain('TF_SetConfig(session_options');
    expect(() => withSessionConfig('a\nb')).toThrow(/with one line "const char \*export_dir/);
  });

  it('is not published when what was built does not load', async () => {
    const folder = temporaryFolder();
    for (const name of ['tfjs_binding.node', 'stderr.node']) writeFileSync(join(folder, name), 'x');
    await expect(probeInstallation(folder)).rejects.toThrow(
      /expected TensorFlow in .* to load, got/,
    );
  });

  it('needs room', () => {
    expect(() => checkDisk('/a', 2e9, 1e9)).toThrow(
      'expected 2.0 GB of free disk below /a, got 1.0 GB. Free space, or choose another folder',
    );
    expect(() => checkDisk('/a', 1e9, 2e9)).not.toThrow();
  });
});

describe('readTarball', () => {
  it('gives the files of a package, long paths too', () => {
    const header = (name: string, bytes: number, prefix = '') => {
      const block = Buffer.alloc(512);
      block.write(name, 0);
      block.write(`${bytes.toString(8).padStart(11, '0')} `, 124);
      block.write('0', 156);
      block.write(prefix, 345);
      return block;
    };
    const content = Buffer.alloc(512);
    content.write('hello');
    const archive = Buffer.concat([
      ...[header('package/a.txt', 5), content, header('b.txt', 5, 'package/long'), content],
      Buffer.alloc(1024),
    ]);
    const files = readTarball('x', gzipSync(archive));
    expect([...files].map(([path, bytes]) => [path, bytes.toString()])).toEqual([
      ['a.txt', 'hello'],
      ['long/b.txt', 'hello'],
    ]);
    expect(() => readTarball('x.tgz', Buffer.from('no'))).toThrow(
      /expected x\.tgz to be a gzipped/,
    );
  });
});

describe('commonJs', () => {
  it('hands modules what is provided, runs each once, and lazy ones when they are read', () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    writeFileSync(
      at('a.js'),
      'exports.own = require("given").x; exports.b = require("./b"); exports.join = require("path").join;',
    );
    writeFileSync(at('b.js'), 'require("given").count(); exports.value = 7;');
    let runs = 0;
    const load = commonJs({ given: () => ({ x: 5, count: () => runs++ }) }, [at('b.js')]);
    const a = load(at('a.js')) as { own: number; b: { value: number }; join: unknown };
    expect([a.own, runs]).toEqual([5, 0]);
    expect([a.b.value, a.b.value, runs]).toEqual([7, 7, 1]);
    expect(load(at('a.js'))).toBe(a);
    expect(a.join).toBe(join);
    writeFileSync(at('c.js'), 'require("unknown")');
    expect(() => load(at('c.js'))).toThrow('expected one of given, got unknown');
  });
});
