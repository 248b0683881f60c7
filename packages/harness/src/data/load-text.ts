import { cacheFolder } from '../backend/native/cache-folder.js';
import type { Config } from '../config/index.js';
import { surveyCorpus, type Survey, type Watched } from './corpus/survey.js';
import { tokenizerKind, type TokenizerKind } from './tokenizer/tokenizer-kind.js';
import type { Tokenizer } from './tokenizer/tokenizer.js';
import { wordsTokenizer } from './tokenizer/words-tokenizer.js';
import type { DocumentTable } from './tokens/document-table.js';
import { textWindows } from './tokens/text-windows.js';
import { MemorySink } from './tokens/token-sink.js';
import { openTokens, storeTokens, tokensFolder, tokensName } from './tokens/token-store.js';
import { countWords, tokenizeCorpus } from './tokens/tokenize-corpus.js';
import type { Tokens } from './tokens/tokens.js';

/** What is recorded of a corpus. */
export interface CorpusInfo {
  /** `sotu` or another name, or the path the user gave. */
  name: string;
  /** SHA-256 over the SHA-256 of the documents' texts: two runs with one hash read the same text. */
  sha256: string;
  documents: number;
  /** Of the documents' texts in UTF-8. */
  bytes: number;
  /** What the user should know, such as files that were left out. */
  notes: string[];
}

/** A corpus as tokens. */
export interface Text {
  corpus: CorpusInfo;
  tokenizer: Tokenizer;
  /** Of all documents, one after the other. */
  tokens: Tokens;
  /** Where each document ends. */
  table: DocumentTable;
}

/** One text window: token ids, and what they say. */
export interface Window {
  ids: number[];
  text: string;
  /** What each token says, where it is neither a byte nor a word. */
  pieces?: string[];
}

const loaded = new WeakMap<Config['data'], Promise<Text>>();

/**
 * The text of a configuration, tokenised; read once for one configuration object. Long texts are
 * tokenised once and kept in the cache; of them no more than what is asked for is in memory.
 *
 * @throws Failure (exit code 2) when corpus or tokenizer cannot be used; the interruption
 */
export function loadText({ data }: Pick<Config, 'data'>, watched: Watched = {}): Promise<Text> {
  let text = loaded.get(data);
  if (text === undefined) {
    text = readText(data, watched);
    // What failed may be mended; then it is read again.
    text.catch(() => loaded.delete(data));
    loaded.set(data, text);
  }
  return text;
}

async function readText(data: Config['data'], watched: Watched): Promise<Text> {
  const kind = tokenizerKind(data);
  const survey = await surveyCorpus(data.corpus, watched);
  const read = survey.bytes < kind.keepsFrom ? inMemory : onDisk;
  return read(survey, kind, data, watched);
}

type Read = (
  survey: Survey,
  kind: TokenizerKind,
  data: Config['data'],
  watched: Watched,
) => Promise<Text>;

/** The words of a vocabulary without the unknown one. */
const wordsOf = (survey: Survey, { vocabulary }: Config['data'], watched: Watched) =>
  countWords(survey, vocabulary - 1, watched);

const inMemory: Read = async (survey, kind, data, watched) => {
  const tokenizer = kind.tokenizer ?? wordsTokenizer(await wordsOf(survey, data, watched));
  const sink = new MemorySink();
  const { table, sha256, bytes } = await tokenizeCorpus(survey, tokenizer, sink, watched);
  const { name, notes } = survey;
  const corpus = { name, sha256, documents: table.ends.length, bytes, notes };
  return { corpus, tokenizer, tokens: sink.tokens(), table };
};

const onDisk: Read = async (survey, kind, data, watched) => {
  const folder = tokensFolder(cacheFolder(watched.env));
  const name = tokensName(survey, kind);
  let stored = openTokens(folder, name);
  if (stored === undefined) {
    const words = kind.tokenizer === undefined ? await wordsOf(survey, data, watched) : undefined;
    const tokenizer = kind.tokenizer ?? wordsTokenizer(words ?? []);
    const about = { corpus: survey.name, tokenizer: tokenizer.name, size: tokenizer.size, words };
    await storeTokens(folder, name, about, (sink) =>
      tokenizeCorpus(survey, tokenizer, sink, watched),
    );
    stored = openTokens(folder, name);
  }
  if (stored === undefined) throw new Error(`${folder}/${name} was removed meanwhile`);
  const { record, tokens, table } = stored;
  const { sha256, documents, bytes } = record;
  return {
    corpus: { name: survey.name, sha256, documents, bytes, notes: survey.notes },
    tokenizer: kind.tokenizer ?? wordsTokenizer(record.words ?? []),
    tokens,
    table,
  };
};

/**
 * The windows of a text that the networks of a configuration read: `probe.windows` of `model.tokens`
 * tokens, the same for every block kind and for the theory.
 *
 * @throws Failure (exit code 2) when the text is too short
 */
export function windowsOf(
  { tokens, tokenizer }: Pick<Text, 'tokens' | 'tokenizer'>,
  config: Pick<Config, 'model' | 'probe' | 'seed'>,
): Window[] {
  const windows = textWindows({
    tokens,
    length: config.model.tokens,
    count: config.probe.windows,
    seed: config.seed,
  });
  const isSubword = !['bytes', 'words'].includes(tokenizer.name);
  return windows.map(({ ids: taken }) => {
    const ids = Array.from(taken);
    const window: Window = { ids, text: tokenizer.decode(ids) };
    if (isSubword) window.pieces = ids.map((id) => tokenizer.decode([id]));
    return window;
  });
}

/**
 * The windows of the text of a configuration.
 *
 * @throws Failure (exit code 2) when the corpus cannot be used or is too short
 */
export async function loadWindows(config: Config, watched: Watched = {}): Promise<Window[]> {
  return windowsOf(await loadText(config, watched), config);
}
