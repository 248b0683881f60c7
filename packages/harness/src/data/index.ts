export { countTargets, IGNORED, type Batch } from './batch.js';
export { corpusHash, readsOwnText } from './corpus-hash.js';
export { CORPUS_NAMES, SHIPPED_CORPORA } from './corpus/catalogue.js';
export { surveyCorpus, type Survey, type Watched } from './corpus/survey.js';
export {
  loadText,
  loadWindows,
  windowsOf,
  type CorpusInfo,
  type Text,
  type Window,
} from './load-text.js';
export {
  causalObjective,
  maskedObjective,
  type Objective,
  type ObjectiveName,
} from './objective.js';
export type { Tokenizer } from './tokenizer/tokenizer.js';
export { decodeWithMarks, markIds, type Vocabulary } from './tokenizer/vocabulary.js';
export { memoryTokens, tokenBlocks, type Tokens } from './tokens/tokens.js';
export { packedWindows, type Windows } from './tokens/windows.js';
export { trainBatch, validationBatches, type TrainText } from './train-batches.js';
export { trainingText, type SplitRecord, type TrainingText } from './training-text.js';
