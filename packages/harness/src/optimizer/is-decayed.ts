/**
 * Whether weight decay takes a part of the weight of this name: of kernels, embeddings among them.
 * Gains, γ1 and γ2 among them, and biases are left alone: zero is no natural place for them.
 */
export function isDecayed(name: string): boolean {
  return /(^|\/)kernel$/.test(name);
}
