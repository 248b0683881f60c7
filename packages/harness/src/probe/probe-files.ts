import type { Architecture, BlockKind } from '@shaped/sde';
import { gramMetricNames, type GradientMetrics } from '../metrics/index.js';
import type { MetricEnsemble } from '../predict/index.js';
import { readJsonl, readNpy, writeJsonl, writeNpy, type RunDirectory } from '../run/index.js';
import type { NegativeControl } from '../network/index.js';
import type { LayerRecord, ProbeResult } from './probe-network.js';
import type { ProbePlan, ProbeWindow } from './probe-plan.js';

/** The matrices kept of every layer; see `NetworkMeasurement`. */
export type MatrixName = 'V' | 'half' | 'mixed' | 'excess' | 'slices' | 'halfSlices';

/** What `probe/<block>/probe.json` says; it is written last and marks completeness. */
export interface ProbeRecord {
  arch: Architecture;
  negativeControl: NegativeControl;
  backend: string;
  seed: number;
  positions: boolean;
  networks: number;
  windows: ProbeWindow[];
  /** Names of the kept arrays, each [networks, layers, …]. */
  matrices: MatrixName[];
}

/** Gradient norms of one layer of one network; layer 1 is the first. */
export interface GradientRecord extends GradientMetrics {
  network: number;
  layer: number;
}

const MATRIX_NAMES: MatrixName[] = ['V', 'half', 'mixed', 'excess', 'slices', 'halfSlices'];

/** The shape of one network's part of a kept array. */
function matrixShape(name: MatrixName, { tokens, depth, heads }: Architecture): number[] {
  const layers = name === 'V' || name === 'slices' ? depth + 1 : depth;
  const sliced = name === 'slices' || name === 'halfSlices';
  return [layers, ...(sliced ? [heads] : []), tokens, tokens];
}

/** Writes a measured ensemble to `probe/<block>`. */
export function writeProbe(
  run: RunDirectory,
  plan: ProbePlan,
  results: readonly ProbeResult[],
): ProbeRecord {
  const { arch, keepMatrices: _, gradients: __, ...rest } = plan;
  const folder = ['probe', arch.block];
  writeJsonl(
    run.path(...folder, 'layers.jsonl'),
    results.flatMap(({ layers }) => layers),
  );
  writeJsonl(
    run.path(...folder, 'gradients.jsonl'),
    results.flatMap(({ network, gradients = [] }) =>
      gradients.map((norms, i): GradientRecord => ({ network, layer: i + 1, ...norms })),
    ),
  );
  const matrices = MATRIX_NAMES.filter((name) => results[0].matrices[name] !== undefined);
  for (const name of matrices) {
    const shape = matrixShape(name, arch);
    const size = shape.reduce((product, length) => product * length, 1);
    const data = new Float64Array(results.length * size);
    results.forEach(({ matrices: own }, i) => data.set(own[name] as Float64Array, i * size));
    writeNpy(run.path(...folder, `${name}.npy`), { shape: [results.length, ...shape], data });
  }
  const record: ProbeRecord = { arch, ...rest, matrices };
  run.writeJson(record, ...folder, 'probe.json');
  return record;
}

/** True when `probe/<block>` is complete. */
export function hasProbe(run: RunDirectory, block: BlockKind): boolean {
  return run.has('probe', block, 'probe.json');
}

/** What was measured. @throws Failure when it is missing or damaged */
export function readProbe(run: RunDirectory, block: BlockKind): ProbeRecord {
  return run.readJson('probe', block, 'probe.json');
}

/** The metrics of every layer of every network. */
export function readLayerRecords(run: RunDirectory, block: BlockKind): LayerRecord[] {
  return readJsonl(run.path('probe', block, 'layers.jsonl'));
}

/** The gradient norms of the networks whose gradients were measured. */
export function readGradientRecords(run: RunDirectory, block: BlockKind): GradientRecord[] {
  return readJsonl(run.path('probe', block, 'gradients.jsonl'));
}

/** One kept array, [networks, layers, …]. */
export function readProbeMatrix(
  run: RunDirectory,
  block: BlockKind,
  name: MatrixName,
): Float64Array {
  return readNpy(run.path('probe', block, `${name}.npy`)).data;
}

/** The metrics of the measured networks, one record a layer from V0 on. */
export function readProbeEnsemble(run: RunDirectory, block: BlockKind): MetricEnsemble {
  return probeEnsemble(readProbe(run, block), readLayerRecords(run, block));
}

/** The same from records that were read already. */
export function probeEnsemble(
  { arch, networks }: Pick<ProbeRecord, 'arch' | 'networks'>,
  layers: readonly LayerRecord[],
): MetricEnsemble {
  const records = arch.depth + 1;
  const stride = gramMetricNames.length;
  const values = new Float64Array(networks * records * stride);
  for (const { network, layer, metrics } of layers) {
    gramMetricNames.forEach((name, i) => {
      values[(network * records + layer) * stride + i] = metrics[name] ?? NaN;
    });
  }
  return { metrics: values, records };
}
