#!/usr/bin/env node
import { existsSync } from 'node:fs';

const OLDEST = [20, 19];
const main = new URL('../dist/cli/main.js', import.meta.url);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  console.error(
    `shaped: expected Node ${OLDEST.join('.')} or newer, got ${process.versions.node}. Install a newer one.`,
  );
  process.exit(2);
}
if (!existsSync(main)) {
  console.error('shaped: expected a build, got none. Build it: npx nx run-many -t build');
  process.exit(2);
}

let shaped;
try {
  shaped = await import(main.href);
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(
    `shaped: ${error.message.split('\n')[0]}. Install and build again: npm ci && npx nx run-many -t build`,
  );
  process.exit(2);
}
process.exitCode = await shaped.main();
