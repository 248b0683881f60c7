/** Where each document of a corpus ends among its tokens, and the hash it is told apart by. */
export interface DocumentTable {
  /** Position after the last token of each document. */
  ends: Float64Array;
  /** The first 48 bits of the SHA-256 of each document's text, as an integer. */
  hashes: Float64Array;
}

/** Bits of a document's hash: two documents in 10^5 have the same one with probability 2e-5. */
export const HASH_BITS = 48;

/** The position of a document's first token. */
export function documentStart({ ends }: DocumentTable, document: number): number {
  return document === 0 ? 0 : ends[document - 1];
}

/** The tokens of a document. */
export function documentLength(table: DocumentTable, document: number): number {
  return table.ends[document] - documentStart(table, document);
}

/** Index of the first of increasing numbers that is larger than `value`. */
export function firstAbove(increasing: Float64Array, value: number): number {
  let [low, high] = [0, increasing.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (increasing[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Numbers of which more and more come. */
class Growing {
  #values = new Float64Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  values(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}

/** Takes down documents one after the other. */
export class DocumentTableBuilder {
  readonly #ends = new Growing();
  readonly #hashes = new Growing();

  /** @param sha256 of the document's text */
  add(end: number, sha256: Buffer): void {
    this.#ends.push(end);
    this.#hashes.push(sha256.readUIntBE(0, HASH_BITS / 8));
  }

  table(): DocumentTable {
    return { ends: this.#ends.values(), hashes: this.#hashes.values() };
  }
}
