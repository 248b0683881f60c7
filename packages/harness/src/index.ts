export { selectBackend, type BackendChoice, type SelectedBackend } from './backend/index.js';
export {
  runCheck,
  type CheckRecord,
  type Finding,
  type ResidualProfile,
  type Verdict,
  type WidthGap,
} from './check/index.js';
export { architectureOf, loadConfig, parseConfig, type Config } from './config/index.js';
export type { CommandContext } from './context.js';
export { Failure } from './failure.js';
export * from './metrics/index.js';
export { bandsOf, runPredict, type Band, type MetricEnsemble } from './predict/index.js';
export { runProbe, type LayerRecord, type ProbeRecord } from './probe/index.js';
export { silent, type Reporter, type Task } from './progress/reporter.js';
export { runReport } from './report/index.js';
export { RunDirectory } from './run/index.js';
export { runTrain } from './train/index.js';
