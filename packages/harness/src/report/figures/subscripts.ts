/** `_a` and `_{a<b}`, also with the escapes of XML inside. */
const SUBSCRIPT = /_(?:\{([^{}]*)\}|([A-Za-z]+))/g;

/**
 * An SVG document whose texts show `x_a` and `x_{a<b}` as subscripts: the way formulas are written
 * in this project. Shifts with `dy`, which every browser knows, and back again.
 */
export function subscripts(svg: string): string {
  return svg.replaceAll(/(<text[^>]*>)([^<]*_[^<]*)(<\/text>)/g, (_, open, text, close) => {
    let shifted = false;
    const parts = (text as string).split(SUBSCRIPT);
    let out = '';
    for (let i = 0; i < parts.length; i += 3) {
      const plain = parts[i];
      if (plain !== '') {
        out += shifted ? `<tspan dy="-0.25em">${plain}</tspan>` : plain;
        shifted = false;
      }
      const below = parts[i + 1] ?? parts[i + 2];
      if (below === undefined) continue;
      out += `<tspan dy="0.3em" font-size="75%">${below}</tspan>`;
      shifted = true;
    }
    return `${open as string}${out}${close as string}`;
  });
}
