import * as library from '@huggingface/tokenizers';
import type { Tokenizer } from './tokenizer.js';

/** As much of the library as is used; its own declarations name files in a way Node does not. */
interface HuggingFace {
  encode(text: string, options: typeof PLAIN): { ids: number[] };
  decode(ids: number[], options: typeof WHOLE): string;
  get_vocab(withAdded: boolean): Map<string, number>;
  token_to_id(token: string): number | undefined;
}
const { Tokenizer: HuggingFaceTokenizer } = library as unknown as {
  Tokenizer: new (json: TokenizerJson, config: object) => HuggingFace;
};

/** As much of a `tokenizer.json` as is looked at here. */
export interface TokenizerJson {
  normalizer?: unknown;
  pre_tokenizer?: { type?: string; add_prefix_space?: boolean; use_regex?: boolean } | null;
  model: { type?: string; unk_token?: string | null; unk_id?: number | null };
  added_tokens?: { id: number; content: string }[];
}

/** The pieces that GPT-2 merges bytes within. */
const GPT2_PIECE = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Different pieces whose ids are kept: some 30 MB. */
const MOST_KEPT = 2 ** 17;

/** Without what a post-processor would put around a text, such as [CLS]. */
const PLAIN = { add_special_tokens: false } as const;

/** Without what would make a text nicer than it was. */
const WHOLE = { skip_special_tokens: false, clean_up_tokenization_spaces: false } as const;

/** Whether a tokenizer encodes the pieces of GPT-2 one by one, each alone. */
function hasGpt2Pieces({ normalizer, pre_tokenizer: pieces }: TokenizerJson): boolean {
  return (
    normalizer == null &&
    pieces?.type === 'ByteLevel' &&
    pieces.add_prefix_space === false &&
    pieces.use_regex !== false
  );
}

/**
 * The tokenizer that a `tokenizer.json` of the Hugging Face library describes: BPE, WordPiece or
 * Unigram. Marks that it would put around a text are left out; a mark that stands in the text becomes
 * its id.
 *
 * Ids are those of the Python library (golden tests). Where the pieces of a text are GPT-2's, each is
 * encoded once and kept, which is some ten times as fast.
 *
 * @throws Error of the library when it cannot read the description
 */
export function jsonTokenizer(name: string, json: TokenizerJson): Tokenizer {
  const inner = new HuggingFaceTokenizer(json, {});
  const marks = (json.added_tokens ?? []).map(({ content }) => content);
  const size = 1 + Math.max(...inner.get_vocab(true).values());
  const { unk_token: mark, unk_id: unknownId } = json.model;
  const unknown = mark == null ? (unknownId ?? undefined) : inner.token_to_id(mark);
  const kept = new Map<string, number[]>();
  const idsOf = (piece: string): number[] => {
    const known = kept.get(piece);
    if (known !== undefined) return known;
    const { ids } = inner.encode(piece, PLAIN);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(piece, ids);
    return ids;
  };
  const isFast = hasGpt2Pieces(json);
  return {
    name,
    size,
    unknown,
    encode: (text) => {
      if (!isFast || marks.some((mark) => text.includes(mark))) {
        return Int32Array.from(inner.encode(text, PLAIN).ids);
      }
      const out: number[] = [];
      for (const piece of text.match(GPT2_PIECE) ?? []) {
        for (const id of idsOf(piece)) out.push(id);
      }
      return Int32Array.from(out);
    },
    decode: (ids) => (ids.length === 0 ? '' : inner.decode(Array.from(ids), WHOLE)),
  };
}
