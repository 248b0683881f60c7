import type { ViteUserConfig } from 'vitest/config';
import { NO_INSTALLATIONS, tensorflowUnderTest } from './vitest.tensorflow.ts';

/** Settings every package's tests share: sources are tested without a build. */
export const shared: ViteUserConfig = {
  ssr: { resolve: { conditions: ['@shaped/source'] } },
  test: {
    include: ['src/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    env: { SHAPED_CACHE: NO_INSTALLATIONS },
    provide: { tensorflow: tensorflowUnderTest() },
    reporters: ['default', 'json'],
    outputFile: { json: '.results/test.json' },
  },
};
