import { createRequire } from 'node:module';

/** The tfjs that the harness computes with: there must be one alone. */
export const tf = createRequire(new URL('../../../packages/harness/package.json', import.meta.url))(
  '@tensorflow/tfjs-core',
);
