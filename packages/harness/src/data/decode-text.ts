const BOMS: [string, number[]][] = [
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

/** What a file holds: its text, or why it is not text. */
export type Decoded = { text: string } | { problem: string };

/**
 * The text of UTF-8 bytes, without byte order mark and with `\n` line ends; or, for anything else,
 * what it is and how to convert it.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  for (const [encoding, mark] of BOMS) {
    if (mark.every((byte, i) => bytes[i] === byte)) {
      return { problem: `text in ${encoding}. Convert it: iconv -f ${encoding} -t UTF-8` };
    }
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return { problem: `binary data (a NUL byte at offset ${nul}). Choose a text file` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text: text.replaceAll('\r\n', '\n') };
  } catch {
    return {
      problem:
        'bytes that are not UTF-8. If it is Western text, convert it: iconv -f ISO-8859-1 -t UTF-8',
    };
  }
}
