/**
 * Writes the `generated` folders of `tensorboard` and `capture` in packages/harness/src from the
 * schemas beside them:
 *
 *     node tools/tensorboard/generate-proto.mjs
 *
 * The compiler and its plugin come from npm at the versions below; the plugin's must be that of
 * `@bufbuild/protobuf` in packages/harness/package.json. The output is committed, so that nothing
 * else needs them.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUF = '1.75.0';
const HARNESS = fileURLToPath(new URL('../../packages/harness/', import.meta.url));
const PROTOBUF = JSON.parse(readFileSync(join(HARNESS, 'package.json'), 'utf8')).dependencies[
  '@bufbuild/protobuf'
];

for (const area of ['tensorboard', 'capture']) {
  const folder = join(HARNESS, 'src', area);
  const out = join(folder, 'generated');
  rmSync(out, { recursive: true, force: true });
  const template = {
    version: 'v2',
    plugins: [{ local: 'protoc-gen-es', out, opt: ['target=ts', 'import_extension=js'] }],
  };
  execFileSync(
    'npx',
    [
      '--yes',
      ...['--package', `@bufbuild/buf@${BUF}`],
      ...['--package', `@bufbuild/protoc-gen-es@${PROTOBUF}`],
      ...['buf', 'generate', join(folder, 'proto')],
      ...['--template', JSON.stringify(template)],
    ],
    { stdio: 'inherit' },
  );
}
