import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECORD_FILE } from './installation.js';
import { publishFolder } from './staging.js';
import { temporaryFolder } from './testing/fake-tools.js';

const fill = (content: string) => (folder: string) => {
  writeFileSync(join(folder, RECORD_FILE), content);
  return Promise.resolve();
};

describe('publishFolder', () => {
  it('shows the folder when it is whole, and not before', async () => {
    const cache = join(temporaryFolder(), 'a', 'cache');
    const target = join(cache, 'one');
    const made = await publishFolder(cache, 'one', async (folder, temporary) => {
      expect([existsSync(folder), existsSync(temporary), existsSync(target)]).toEqual([
        ...[true, true, false],
      ]);
      await fill('{}')(folder);
    });
    expect(made).toBe(target);
    expect(readdirSync(cache)).toEqual(['one']);
    expect(readdirSync(target)).toEqual([RECORD_FILE]);
  });

  it('leaves nothing of work that fails', async () => {
    const cache = temporaryFolder();
    const failing = publishFolder(cache, 'one', (folder) => {
      writeFileSync(join(folder, 'half'), '');
      return Promise.reject(new Error('broken off'));
    });
    await expect(failing).rejects.toThrow('broken off');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('keeps the folder of the faster one of two', async () => {
    const cache = temporaryFolder();
    await publishFolder(cache, 'one', async (folder) => {
      await publishFolder(cache, 'one', fill('"first"'));
      await fill('"second"')(folder);
    });
    const record = spawnSync('cat', [join(cache, 'one', RECORD_FILE)], { encoding: 'utf8' });
    expect(record.stdout).toBe('"first"');
    expect(readdirSync(cache)).toEqual(['one']);
  });

  it('removes what a killed process left, and a folder without a record, but no other work', async () => {
    const cache = temporaryFolder();
    const { pid } = spawnSync('true');
    const dead = `.staging-${hostname()}-${pid}-abc`;
    const alive = `.staging-${hostname()}-${process.pid}-abc`;
    const elsewhere = `.staging-elsewhere-${pid}-abc`;
    for (const name of [dead, alive, elsewhere, 'one']) mkdirSync(join(cache, name));
    await publishFolder(cache, 'one', fill('{}'));
    expect(readdirSync(cache).sort()).toEqual([alive, elsewhere, 'one'].sort());
    expect(existsSync(join(cache, 'one', RECORD_FILE))).toBe(true);
  });
});
