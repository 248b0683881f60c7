import * as vega from 'vega';

/** Widths of characters of a sans-serif face, in em: those of Helvetica, rounded up. */
const NARROW = /[iljftr.,:;'’|!()[\] ]/;
const WIDE = /[mwMWOQG@%—∞≈√Σ]/;
const CAPITAL = /[A-Z&]/;
const EM = { narrow: 0.34, ordinary: 0.57, capital: 0.7, wide: 0.86 };

/** Estimated width of a text in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text) {
    if (NARROW.test(character)) em += EM.narrow;
    else if (WIDE.test(character)) em += EM.wide;
    else if (CAPITAL.test(character)) em += EM.capital;
    else em += EM.ordinary;
  }
  return em * fontSize;
}

/** Vega's own size of a text that names none. */
const DEFAULT_FONT_SIZE = 11;

interface TextMetrics {
  width: (item: { fontSize?: number }, text: string) => number;
}

/**
 * Tells Vega how wide a text is. Without a canvas it takes 0.8 em a character, which tears axes and
 * legends apart.
 */
export function installTextWidth(): void {
  // Vega's type declarations leave this hook out.
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  textMetrics.width = (item, text) => textWidth(String(text), item.fontSize ?? DEFAULT_FONT_SIZE);
}
