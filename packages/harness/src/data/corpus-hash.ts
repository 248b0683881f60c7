import type { Config } from '../config/index.js';
import type { StepName } from '../run/index.js';
import { SHIPPED_CORPORA } from './corpus.js';
import { loadText } from './load-text.js';

/** Whether a step reads the text of the configuration. */
const readsText = (step: StepName, { map }: Config) => step !== 'map' || map.start === 'text';

/**
 * The hash of the user's own text, which may change under the same name; empty for shipped text and
 * for a step that reads none.
 *
 * @throws Failure when the text cannot be read
 */
export function corpusHash(step: StepName, config: Config): string {
  if (!readsText(step, config)) return '';
  const shipped = (SHIPPED_CORPORA as readonly string[]).includes(config.data.corpus);
  return shipped ? '' : loadText(config).corpus.sha256;
}
