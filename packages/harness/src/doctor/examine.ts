import { surveyCorpus } from '../data/index.js';
import type { Reporter } from '../progress/index.js';
import { findTensorboard, type FindTensorboardOptions } from '../tensorboard/index.js';
import { checkBackends } from './check-backends.js';
import { checkDisk, checkMemory, checkNode, checkWorkers } from './check-machine.js';
import { describeFailure } from './describe-failure.js';
import type { Finding } from './finding.js';

async function checkCorpus(): Promise<Finding> {
  const name = 'text';
  try {
    const { files, bytes } = await surveyCorpus('sotu');
    const megabytes = (bytes / 1e6).toFixed(1);
    return { name, status: 'ok', detail: `${files.length} addresses, ${megabytes} MB` };
  } catch (error) {
    const advice = 'Run npm ci again, or name your own text with --data.';
    return { name, status: 'warn', advice, ...describeFailure(error) };
  }
}

/**
 * Whether there is a TensorBoard.
 *
 * @param options where to look; replaced in tests
 */
export function checkTensorboard(options: FindTensorboardOptions = {}): Finding {
  const name = 'TensorBoard';
  try {
    const { command, source } = findTensorboard(options);
    return { name, status: 'ok', detail: `${command} (${source})` };
  } catch (error) {
    const { detail, advice } = describeFailure(error);
    return { name, status: 'warn', detail: `${detail}; logs are written all the same`, advice };
  }
}

/** What works on this machine, in the order a user would mend it. */
export async function examine(reporter: Reporter): Promise<Finding[]> {
  reporter.line('Trying what the commands need …');
  return [
    checkNode(),
    ...(await checkBackends()),
    await checkWorkers(),
    checkMemory(),
    checkDisk(),
    await checkCorpus(),
    checkTensorboard(),
  ];
}
