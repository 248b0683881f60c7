// npm test: installs, builds, lints, checks types and formatting, runs every test, and ends with
// the line "N passed, N failed". Arguments go to nx: npm test -- --skip-nx-cache
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { ensureInstalled, root, run } from './ensure-installed.mjs';

ensureInstalled();

/** What must be there for the end-to-end tests, and who puts it there. */
const provisions = [
  'tools/browser/ensure-chromium.mjs',
  'tools/tensorboard/install.mjs',
  'tools/tensorflow/install.mjs',
  'tools/node/install.mjs',
  'tools/slurm/ensure-slurm.mjs',
];
let failedSteps = 0;
for (const script of provisions) {
  if (run(process.execPath, [root + script]) !== 0) failedSteps++;
}

const projects = ['random', 'sde', 'shaped-attention', 'harness'].map((name) => `packages/${name}`);
const reports = [...projects, 'docs/explorer', 'test'].map(
  (project) => `${root}${project}/.results/test.json`,
);
for (const report of reports) rmSync(report, { force: true });

if (run('npx', ['prettier', '--check', '--log-level=warn', '.']) !== 0) failedSteps++;
const targets = ['build', 'lint', 'typecheck', 'test'];
const nx = run('npx', [
  'nx',
  'run-many',
  '-t',
  ...targets,
  '--output-style=static',
  '--nx-bail=false',
  ...process.argv.slice(2),
]);

let passed = 0;
let failed = 0;
for (const report of reports) {
  if (!existsSync(report)) {
    console.error(`Tests did not run: there is no ${report}.`);
    failedSteps++;
    continue;
  }
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  passed += numPassedTests;
  failed += Math.max(numFailedTests, numFailedTests === 0 ? numFailedTestSuites : 0);
}
// A step without tests of its own (lint, types, formatting, provisions) counts as one failure.
if (nx !== 0 && failed === 0) failedSteps++;
console.log(`${passed} passed, ${failed + failedSteps} failed`);
process.exit(failed + failedSteps === 0 && nx === 0 ? 0 : 1);
