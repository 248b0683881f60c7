/** The texts of an SVG, without the marks of subscripts. */
export function svgTexts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, inner]) =>
    inner.replaceAll(/<[^>]*>/g, ''),
  );
}

/** How many items of a kind of mark an SVG draws, such as `line` or `area`. */
export function markCount(svg: string, kind: string): number {
  const group = new RegExp(`<g class="mark-${kind} role-mark[^"]*"[^>]*>(.*?)</g>`, 'gs');
  return [...svg.matchAll(group)].reduce(
    (sum, [, inner]) => sum + (inner.match(/<(path|text|rect|line)\b/g)?.length ?? 0),
    0,
  );
}
