export { measureNetwork, reseedNetwork, type NetworkMeasurement } from './measure-network.js';
export {
  hasProbe,
  probeEnsemble,
  readGradientRecords,
  readLayerRecords,
  readProbe,
  readProbeEnsemble,
  readProbeMatrix,
  type GradientRecord,
  type MatrixName,
  type ProbeRecord,
} from './probe-files.js';
export type { LayerRecord } from './probe-network.js';
export type { ProbeWindow } from './probe-plan.js';
export { probedBlocks, runProbe } from './run-probe.js';
