// Prints what TensorFlow is installed for the tests: they do more where there is one.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder =
  process.env.SHAPED_TEST_TENSORFLOW ??
  fileURLToPath(new URL('../../.cache/tensorflow', import.meta.url));
console.log(existsSync(folder) ? readdirSync(folder).join(' ') : 'none');
