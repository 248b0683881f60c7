import type { BlockKind } from '@shaped/sde';
import { architectureOf } from '../config/index.js';
import type { CommandContext } from '../context.js';
import { loadWindows } from '../data/index.js';
import { runJobs } from '../workers/index.js';
import { hasProbe, readLayerRecords, readProbe, writeProbe } from './probe-files.js';
import { probeNetwork } from './probe-network.js';
import type { ProbePlan } from './probe-plan.js';

/** The blocks a configuration probes, the model's own first, each once. */
export function probedBlocks({ config }: Pick<CommandContext, 'config'>): BlockKind[] {
  return [...new Set([config.model.block, ...config.probe.baselines])];
}

/** The mean over networks of the mean correlation at the last layer. */
function finalCorrelation(context: CommandContext, block: BlockKind): number | undefined {
  const { arch } = readProbe(context.run, block);
  const values = readLayerRecords(context.run, block)
    .filter(({ layer }) => layer === arch.depth)
    .flatMap(({ metrics }) => metrics.correlationMean ?? []);
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Builds the networks of a configuration, the model and its baselines, on real text windows, and
 * measures every layer at initialisation; writes `probe/<block>`. What is complete is kept.
 */
export async function runProbe(context: CommandContext): Promise<void> {
  const { config, run, reporter, signal } = context;
  for (const block of probedBlocks(context)) {
    const isModel = block === config.model.block;
    if (!hasProbe(run, block)) {
      const { name } = await context.backend();
      const plan: ProbePlan = {
        arch: architectureOf(config.model, isModel ? {} : { block }),
        negativeControl: isModel ? config.check.negativeControl : 'none',
        backend: name,
        seed: config.seed,
        positions: config.data.positions,
        windows: await loadWindows(config, context),
        networks: isModel ? config.probe.networks : config.probe.baselineNetworks,
        gradients: config.probe.gradients,
        keepMatrices: isModel,
      };
      const progress = reporter.task(`${block} networks`, plan.networks);
      const results = await runJobs({
        jobs: Array.from({ length: plan.networks }, (_, network) => ({ plan, network })),
        inline: probeNetwork,
        worker: new URL('./probe-worker.js', import.meta.url),
        workers: config.workers,
        signal,
        onResult: () => progress.advance(),
      });
      progress.done();
      writeProbe(run, plan, results);
    }
    const correlation = finalCorrelation(context, block);
    const { arch, networks } = readProbe(run, block);
    reporter.result(
      correlation === undefined
        ? `${block}: one token, no correlation`
        : `${block}: mean correlation ${correlation.toFixed(3)} at layer ${arch.depth} (${networks} networks)`,
      { block, layer: arch.depth, networks, correlationMean: correlation },
    );
  }
}
