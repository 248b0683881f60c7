import { isUtf8 } from 'node:buffer';

const BOMS: [string, number[]][] = [
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

/** How many bytes a character has that begins with this one; 1 for a byte that begins none. */
function characterBytes(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}

/** Where the last character begins when it is not whole; otherwise the length. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - 3); at--) {
    if ((bytes[at] & 0xc0) === 0x80) continue;
    return at + characterBytes(bytes[at]) > bytes.length ? at : bytes.length;
  }
  return bytes.length;
}

/**
 * Says why bytes are not UTF-8 text, and how to convert them; they come chunk by chunk, so that a
 * file of any size is checked in little memory.
 */
export class TextCheck {
  #offset = 0;
  #rest: Uint8Array = new Uint8Array(0);

  /** Takes the next bytes, which may change afterwards. Returns the problem, or undefined while there is none. */
  add(chunk: Uint8Array): string | undefined {
    if (this.#offset === 0) {
      for (const [encoding, mark] of BOMS) {
        if (mark.every((byte, i) => chunk[i] === byte)) {
          return `text in ${encoding}. Convert it: iconv -f ${encoding} -t UTF-8`;
        }
      }
    }
    const nul = chunk.indexOf(0);
    if (nul >= 0) {
      return `binary data (a NUL byte at offset ${this.#offset + nul}). Choose a text file`;
    }
    this.#offset += chunk.length;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = wholeCharacters(bytes);
    // A copy: the slice of a Buffer is a view, and whoever reads may use its memory again.
    this.#rest = Uint8Array.from(bytes.subarray(end));
    return this.#problemOf(bytes.subarray(0, end));
  }

  /** Says that no more bytes come. Returns the problem, or undefined when all of it is text. */
  end(): string | undefined {
    return this.#problemOf(this.#rest);
  }

  #problemOf(bytes: Uint8Array): string | undefined {
    if (isUtf8(bytes)) return undefined;
    return 'bytes that are not UTF-8. If it is Western text, convert it: iconv -f ISO-8859-1 -t UTF-8';
  }
}
