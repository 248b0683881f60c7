import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shaped-native-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Shell scripts in place of programs, by the program's name. */
export type Scripts = Record<string, string>;

/** A compiler, a Python with pip and npm that say that they are there. */
export const ANSWERING: Scripts = { 'g++': 'exit 0', python3: 'exit 0', npm: 'exit 0' };

/** An environment whose PATH holds these scripts and nothing else. */
export function environmentWith(scripts: Scripts): NodeJS.ProcessEnv {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { PATH: folder };
}
