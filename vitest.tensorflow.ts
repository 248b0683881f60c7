import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Where tests find an installed TensorFlow: tools/tensorflow/install.mjs puts one into the cache
// folder of the repository, or SHAPED_TEST_TENSORFLOW names another. `shaped backend install` of the
// user who runs the tests has no say in them.

/** What suites need to run on TensorFlow too. */
export interface TensorflowUnderTest {
  /** Module whose `loadTensorflow` loads it. */
  loader: string;
  /** Folder of installations. */
  cache: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    tensorflow: TensorflowUnderTest | null;
  }
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The TensorFlow that the suites run on, or null where there is none. */
export function tensorflowUnderTest(): TensorflowUnderTest | null {
  const cache = process.env['SHAPED_TEST_TENSORFLOW'] ?? at('.cache/tensorflow');
  const installed =
    existsSync(cache) &&
    readdirSync(cache).some((name) => existsSync(`${cache}/${name}/installation.json`));
  if (!installed) return null;
  return { loader: at('packages/harness/src/backend/native/load-tensorflow.ts'), cache };
}

/** The user's own folder of installations, of which tests see none. */
export const NO_INSTALLATIONS = at('.cache/no-installations');
