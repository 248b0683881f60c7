import { defineConfig } from 'vitest/config';
import { NO_INSTALLATIONS, tensorflowUnderTest } from '../vitest.tensorflow.ts';

// Task runners ask for colour; the programs under test are read as text.
delete process.env.FORCE_COLOR;

/** Kills of a training, of each kind; `npm run crash` makes it 50. */
const KILLS = Number(process.env['SHAPED_KILLS'] ?? 2);

/** End-to-end tests drive the built command; each may start processes, so they run one by one. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: '.results/test.json' },
    pool: 'forks',
    env: { SHAPED_CACHE: NO_INSTALLATIONS },
    provide: { tensorflow: tensorflowUnderTest(), kills: { times: KILLS, changes: KILLS } },
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
