import { COLLAPSED } from '../advise/goal.js';
import { architectureOf, STANDARD_START_RHO } from '../config/index.js';
import type { CommandContext } from '../context.js';
import { loadText } from '../data/index.js';
import { bytesOfPath, defaultWorkers, refuseBeyondMemory, runJobs } from '../workers/index.js';
import { cellStatistics, CLASS_CONFIDENCE, type MapCell } from './map-cell.js';
import { hasMap, PartialMap, readMap, writeMap, type MapRecord } from './map-files.js';
import { mapPlan, type MapPlan } from './map-plan.js';
import { mapSummary } from './map-summary.js';
import { renderMap, stepsText } from './render-map.js';
import { pathsABatch, simulateCell } from './simulate-cell.js';

/** Bytes of the fates of one path of a cell: two numbers and a flag. */
const FATE_BYTES = 2 * Float64Array.BYTES_PER_ELEMENT + 1;

/** Refuses what does not fit into memory. @throws Failure (exit code 2) */
export function checkMemory(
  plan: Pick<MapPlan, 'cells' | 'job'>,
  workers: number,
  memory?: number,
): void {
  // Axes ascend: no cell is larger than the last one.
  const { arch, theory, paths } = plan.job(plan.cells - 1);
  const { tokens, width } = arch;
  const threads = Math.max(1, workers);
  const batch = pathsABatch(tokens) * tokens * tokens * Float64Array.BYTES_PER_ELEMENT;
  const cell = batch + bytesOfPath(arch, theory) + paths * FATE_BYTES;
  refuseBeyondMemory(
    {
      bytes: cell * threads,
      what: `${tokens} tokens, width ${width} and ${paths} paths on ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
      fix: 'Take fewer tokens, paths or --workers.',
    },
    memory,
  );
}

/** Cells of an interrupted map that belong to this one, each once. */
function usable(found: readonly MapCell[], plan: MapPlan): Map<number, MapCell> {
  const done = new Map<number, MapCell>();
  for (const cell of found) {
    const index = cell.row * plan.x.values.length + cell.column;
    const { x, y } = index >= 0 && index < plan.cells ? plan.place(index) : { x: NaN, y: NaN };
    if (cell.x === x && cell.y === y) done.set(index, cell);
  }
  return done;
}

/**
 * Makes the phase diagram of the configuration and writes `map/`: every cell as it is done, so that
 * an interrupted map goes on where it stopped; at the end the cells in grid order, the same bytes for
 * any number of workers and interruptions. What is complete is kept.
 */
export async function runMap(context: CommandContext): Promise<void> {
  const { config, run, reporter, signal } = context;
  const { model, map, workers } = config;
  if (!hasMap(run)) {
    const text = map.start === 'text' ? await loadText(config, context) : undefined;
    const plan = mapPlan(config, text);
    checkMemory(plan, workers ?? defaultWorkers());
    const partial = new PartialMap(run);
    const done = usable(partial.found, plan);
    const rest = Array.from({ length: plan.cells }, (_, cell) => cell).filter(
      (cell) => !done.has(cell),
    );
    const { tokens } = plan.job(plan.cells - 1).arch;
    const { steps } = plan;
    const solved = steps ? stepsText(steps.most, steps.fewest) : 'layer by layer';
    reporter.line(
      `map: ${rest.length} cells of ${map.paths} paths, ${solved}, at most ${tokens} tokens; a cell is shown when it is done`,
    );
    const progress = reporter.task('cells', plan.cells);
    if (done.size > 0) progress.advance(done.size);
    try {
      await runJobs({
        jobs: rest.map(plan.job),
        inline: (job) => simulateCell(job, signal),
        worker: new URL('./map-worker.js', import.meta.url),
        workers,
        signal,
        onResult: (fates, index) => {
          const cell = { ...plan.place(rest[index]), ...cellStatistics(fates, map.mostFailing) };
          partial.append(cell);
          done.set(rest[index], cell);
          progress.advance();
        },
      });
    } finally {
      partial.close();
    }
    progress.done();
    const cells = Array.from({ length: plan.cells }, (_, cell) => done.get(cell) as MapCell);
    const { x, y } = plan;
    const { mostFailing, theory, paths, stopAt, start, startRho } = map;
    const record: MapRecord = {
      theory,
      arch: architectureOf(model),
      x,
      y,
      paths,
      seed: config.seed,
      steps: plan.steps?.most ?? null,
      fewestSteps: plan.steps?.fewest,
      stopAt,
      startRho: start === 'text' ? null : (startRho ?? STANDARD_START_RHO),
      collapsedAbove: COLLAPSED,
      mostFailing,
      confidence: CLASS_CONFIDENCE,
      summary: mapSummary({ x, y, cells }, { model, mostFailing }),
    };
    writeMap(run, { record, cells });
    partial.remove();
  }
  const result = readMap(run);
  const { coarse } = result.record.summary;
  const cells = result.cells.length;
  if (coarse > 0) {
    reporter.warn(
      `map: in ${coarse} of ${cells} cells that do not blow up most paths left the cone of covariances on the way, as their steps are long. Set map.steps, to more than ${result.record.steps}.`,
    );
  }
  reporter.result(renderMap(result), result.record);
}
