import type { Config } from '../config/index.js';
import { loadCorpus, type Corpus } from './corpus.js';
import { textWindows } from './text-windows.js';
import { makeTokenizer, type Tokenizer } from './tokenizer.js';

/** A corpus as tokens. */
export interface Text {
  corpus: Corpus;
  tokenizer: Tokenizer;
  /** The whole corpus. */
  tokens: Int32Array;
}

/** One text window: token ids, and what they say. */
export interface Window {
  ids: number[];
  text: string;
}

const loaded = new WeakMap<Config['data'], Text>();

/**
 * The text of a configuration, tokenised; read once for one configuration object.
 *
 * @throws Failure (exit code 2) when the corpus cannot be used
 */
export function loadText({ data }: Pick<Config, 'data'>): Text {
  let text = loaded.get(data);
  if (text === undefined) {
    const corpus = loadCorpus(data.corpus);
    const tokenizer = makeTokenizer(data, corpus.text);
    text = { corpus, tokenizer, tokens: tokenizer.encode(corpus.text) };
    loaded.set(data, text);
  }
  return text;
}

/**
 * The windows that the networks of a configuration read: `probe.windows` of `model.tokens` tokens,
 * the same for every block kind and for the theory.
 *
 * @throws Failure (exit code 2) when the corpus cannot be used or is too short
 */
export function loadWindows(config: Config): Window[] {
  const { tokens, tokenizer } = loadText(config);
  const windows = textWindows({
    tokens,
    length: config.model.tokens,
    count: config.probe.windows,
    seed: config.seed,
  });
  return windows.map(({ ids }) => ({ ids: Array.from(ids), text: tokenizer.decode(ids) }));
}
