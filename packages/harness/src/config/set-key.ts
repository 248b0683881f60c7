/**
 * Sets the value at a path of keys, in place; sections on the way are copied, and made where they are
 * missing or something else.
 */
export function setKey(
  raw: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): void {
  let node = raw;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    node[key] =
      typeof next === 'object' && next !== null && !Array.isArray(next) ? { ...next } : {};
    node = node[key] as Record<string, unknown>;
  }
  node[path[path.length - 1]] = value;
}
