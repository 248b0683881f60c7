import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * A Vitest reporter that writes what tests measured, `task.meta.evidence`, as JSON to the file that
 * SHAPED_EVIDENCE names: `[{ formula, wrong?, deviation, limit, unit, file, test }]`.
 */
export default class EvidenceReporter {
  onTestRunEnd(testModules) {
    const measurements = testModules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) =>
        (test.meta().evidence ?? []).map((measurement) => ({
          ...measurement,
          // JSON has no infinity.
          deviation: Number.isFinite(measurement.deviation) ? measurement.deviation : 'infinite',
          file: relative(process.cwd(), module.moduleId),
          test: test.fullName,
        })),
      ),
    );
    writeFileSync(process.env.SHAPED_EVIDENCE, JSON.stringify(measurements));
  }
}
