export { benchBackend, type BenchOptions, type Timing } from './bench-backend.js';
export { renderBench, type BackendTimings } from './render-bench.js';
