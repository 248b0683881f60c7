#!/usr/bin/env node
const OLDEST = [20, 19];
const main = new URL('../dist/cli/main.js', import.meta.url);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  console.error(
    `shaped: expected Node ${OLDEST.join('.')} or newer, got ${process.versions.node}.`,
  );
  process.exit(2);
}

let shaped;
try {
  shaped = await import(main.href);
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const build = error.message.includes('/dist/') && error.message.includes('main.js');
  const advice = build ? 'Build it: npx nx run-many -t build' : 'Install it again: npm ci';
  console.error(`shaped: ${error.message.split('\n')[0]}. ${advice}`);
  process.exit(2);
}
process.exitCode = await shaped.main();
