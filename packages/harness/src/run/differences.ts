/** The keys whose values differ, as paths: `model.depth 100 → 50`. */
export function differences(a: object, b: object, path: string[] = []): string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => {
    const [x, y] = [a, b].map((side) => (side as Record<string, unknown>)[key]);
    const [from, to] = [x, y].map((value) => JSON.stringify(value) ?? 'default');
    if (from === to) return [];
    const sections = [x, y].every((v) => typeof v === 'object' && v !== null && !Array.isArray(v));
    if (sections) return differences(x as object, y as object, [...path, key]);
    return [`${[...path, key].join('.')} ${from} → ${to}`];
  });
}
