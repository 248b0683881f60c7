// npm start: installs what is missing, builds, and runs the main job of configs/quickstart.yaml.
// Arguments go to the command: npm start -- --set model.depth=50 --out runs/shallow
import { ensureInstalled, root, run } from './ensure-installed.mjs';

ensureInstalled();
console.log('Building …');
const built = run('npx', ['nx', 'run-many', '-t', 'build', '--output-style=static-failures-only']);
if (built !== 0) process.exit(built);
const given = process.argv.slice(2);
const has = (...names) => given.some((arg) => names.includes(arg.split('=')[0]));
process.exit(
  run(process.execPath, [
    `${root}packages/harness/bin/shaped.js`,
    'run',
    ...(has('--config', '-c') ? [] : ['--config', `${root}configs/quickstart.yaml`]),
    ...given,
  ]),
);
