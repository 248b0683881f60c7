/** Which colours a heat map has: `diverging` around a neutral middle, `sequential` from dark to light. */
export type ColourScale = 'diverging' | 'sequential';

/** A colour in CIELAB, D65: lightness 0 to 100, chroma, hue in degrees. */
interface Lch {
  lightness: number;
  chroma: number;
  hue: number;
}

/**
 * sRGB bytes of a position in [0, 1] on a colour scale.
 *
 * CIELAB lightness is linear in the position, so that equal differences look equal:
 * `sequential` goes from dark violet (L* 14) over green to light yellow (L* 92), `diverging` from
 * blue (L* 38) over nearly white (L* 96, position 0.5) to red (L* 38), with equal lightness on both
 * sides. Chromas were chosen to stay inside sRGB everywhere.
 */
export function colour(scale: ColourScale, position: number): [number, number, number] {
  return srgbBytes(linearRgb(scale === 'sequential' ? sequential(position) : diverging(position)));
}

function sequential(t: number): Lch {
  return {
    lightness: 14 + 78 * t,
    chroma: 19 + 29 * t * t + 13 * (1 - t) ** 4,
    hue: 300 - 205 * t,
  };
}

function diverging(position: number): Lch {
  const t = Math.abs(2 * position - 1);
  const lightness = 96 - 58 * t;
  return position < 0.5
    ? { lightness, chroma: 52 * Math.sin(0.72 * Math.PI * t), hue: 275 }
    : { lightness, chroma: 72 * Math.sin(0.5 * Math.PI * t), hue: 32 };
}

/** Linear sRGB of a CIELAB colour: CIE 15 (CIELAB, D65 white), then the matrix of IEC 61966-2-1. */
function linearRgb({ lightness, chroma, hue }: Lch): [number, number, number] {
  const y = (lightness + 16) / 116;
  const X = 0.95047 * inverseF(y + (chroma * Math.cos((hue * Math.PI) / 180)) / 500);
  const Y = inverseF(y);
  const Z = 1.08883 * inverseF(y - (chroma * Math.sin((hue * Math.PI) / 180)) / 200);
  return [
    3.2404542 * X - 1.5371385 * Y - 0.4985314 * Z,
    -0.969266 * X + 1.8760108 * Y + 0.041556 * Z,
    0.0556434 * X - 0.2040259 * Y + 1.0572252 * Z,
  ];
}

function inverseF(t: number): number {
  const linearBelow = 6 / 29;
  return t > linearBelow ? t ** 3 : 3 * linearBelow ** 2 * (t - 4 / 29);
}

function srgbBytes(linear: [number, number, number]): [number, number, number] {
  const byte = (c: number) => {
    const encoded = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, encoded)));
  };
  return [byte(linear[0]), byte(linear[1]), byte(linear[2])];
}
