/** The end of what is allocated; everything below belongs to the current set-up. */
let top: usize = 0;

/** Forgets all allocations, for another set-up. */
export function releaseAll(): void {
  top = (__heap_base + 63) & ~63;
}

/** `bytes` of zeroed memory at a multiple of 64, or 0 where the machine gives no more. */
export function allocate(bytes: usize): usize {
  const at = top;
  const end = (at + bytes + 63) & ~63;
  const pages = <i32>((end + 0xffff) >>> 16);
  const missing = pages - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) return 0;
  memory.fill(at, 0, bytes);
  top = end;
  return at;
}
