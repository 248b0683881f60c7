/** A piece ends at the first place that suits from here on, in UTF-16 code units, … */
const SHORTEST = 2 ** 16;
/** … or here, whatever stands there: longer ones would take too long to encode. */
const LONGEST = 2 ** 17;

const SPACE = /\s/u;
const isSpace = (text: string, at: number) => SPACE.test(text[at]);

/** Where the first piece of a text ends; undefined while more of the text may change it. */
function pieceEnd(text: string): number | undefined {
  const last = Math.min(text.length - 1, LONGEST);
  for (let at = SHORTEST; at <= last; at++) {
    if (isSpace(text, at) && !isSpace(text, at - 1)) return at;
  }
  if (text.length <= LONGEST) return undefined;
  const isCutPair = (text.charCodeAt(LONGEST) & 0xfc00) === 0xdc00;
  return isCutPair ? LONGEST - 1 : LONGEST;
}

/**
 * The text of a document cut into the pieces that are encoded one by one. Where they end depends on
 * the text alone, not on the parts it comes in, and so do the tokens of a document of any size.
 *
 * A piece of 64 Ki code units or more ends before the first space that follows anything else.
 * Tokenizers whose tokens begin with their space (GPT-2 and its kin) or are words or bytes
 * give the pieces the tokens of the whole; documents below 64 Ki are one piece for any of them.
 */
export function* encodingPieces(parts: Iterable<string>): Generator<string> {
  let text = '';
  for (const part of parts) {
    text += part;
    for (let end = pieceEnd(text); end !== undefined; end = pieceEnd(text)) {
      yield text.slice(0, end);
      text = text.slice(end);
    }
  }
  if (text !== '') yield text;
}
