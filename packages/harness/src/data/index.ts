export { corpusHash } from './corpus-hash.js';
export { loadCorpus, SHIPPED_CORPORA, type Corpus, type Document } from './corpus.js';
export { loadText, loadWindows, type Text, type Window } from './load-text.js';
export { textWindows, type TextWindow } from './text-windows.js';
export { makeTokenizer, type Tokenizer } from './tokenizer.js';
export {
  splitTokens,
  trainBatch,
  validationBatches,
  type Batch,
  type Split,
} from './train-batches.js';
export { UNKNOWN } from './words-tokenizer.js';
