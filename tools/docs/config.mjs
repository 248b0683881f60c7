// Writes docs/configuration.md from the configuration schema, or, with --check, says whether it is
// current (exit code 1 when not). Needs a build: npx nx build @shaped/harness
import { readFileSync, writeFileSync } from 'node:fs';
import { configDocumentation } from '../../packages/harness/dist/config/config-documentation.js';

const file = new URL('../../docs/configuration.md', import.meta.url);
const text = configDocumentation();
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/configuration.md is out of date: run node tools/docs/config.mjs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
