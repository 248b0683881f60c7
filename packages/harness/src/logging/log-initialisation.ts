import { readFileSync, rmSync } from 'node:fs';
import { hasCheck, readCheck, renderCheck } from '../check/index.js';
import { architectureOf } from '../config/index.js';
import { metricDefinition, type GramMetricName } from '../metrics/index.js';
import { hasProbe, probedBlocks, readProbe } from '../probe/index.js';
import type { RunDirectory } from '../run/index.js';
import { TensorBoardWriter, type TensorBoardWriterOptions } from '../tensorboard/index.js';
import { logBlock } from './log-block.js';

/** Result columns of the hyperparameter table. */
const RESULT_METRICS: GramMetricName[] = ['correlationMean', 'logNormMean', 'effectiveRank'];

/**
 * Writes TensorBoard's view of everything measured and predicted at initialisation: one TensorBoard
 * run a block kind, below `tensorboard/init`. It is derived from the records of the run directory
 * and replaces what an earlier call wrote.
 */
export function logInitialisation(run: RunDirectory, options?: TensorBoardWriterOptions): void {
  const config = run.config();
  const folder = run.path('tensorboard', 'init');
  rmSync(folder, { recursive: true, force: true });
  const blocks = probedBlocks({ config }).filter((block) => hasProbe(run, block));
  if (blocks.length === 0) return;
  const table = new TensorBoardWriter(folder, options);
  table.hparamsExperiment({
    name: config.name,
    hparams: [
      { name: 'block', type: 'string', domain: { values: blocks } },
      ...(['depth', 'width', 'tokens', 'heads', 'gamma', 'tau0'] as const).map((name) => ({
        name,
        type: 'number' as const,
      })),
      { name: 'mask', type: 'string' },
      { name: 'networks', type: 'number' },
    ],
    metrics: RESULT_METRICS.map((metric) => ({
      tag: `last_layer/${metric}`,
      displayName: `${metricDefinition(metric).title}, last layer`,
    })),
  });
  table.close();
  const yaml = readFileSync(run.path('config.yaml'), 'utf8');
  for (const block of blocks) {
    const { networks, windows } = readProbe(run, block);
    const arch = architectureOf(config.model, block === config.model.block ? {} : { block });
    const writer = new TensorBoardWriter(run.path('tensorboard', 'init', block), options);
    const { depth, width, tokens, heads, gamma, tau0, mask } = arch;
    const numbers = { depth, width, tokens, heads, gamma, tau0, networks };
    writer.hparamsStart({ block, mask: String(mask), ...numbers });
    writer.text('config', '```yaml\n' + yaml + '```');
    writer.text('windows', windows.map(({ text }, i) => `${i + 1}. ${text}`).join('\n'));
    if (block === config.model.block && hasCheck(run)) {
      writer.text('verdict', '```\n' + renderCheck(readCheck(run)) + '\n```');
    }
    logBlock(run, block, writer);
    writer.hparamsEnd('success');
    writer.close();
  }
}
