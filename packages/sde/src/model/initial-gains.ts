import type { Architecture } from './architecture.js';

/** The gains γ1 and γ2 of identity and centring at initialisation, `1 + shift/n`. */
export function initialGains({
  width,
  gamma1Shift,
  gamma2Shift,
}: Pick<Architecture, 'width' | 'gamma1Shift' | 'gamma2Shift'>): {
  gamma1: number;
  gamma2: number;
} {
  return { gamma1: 1 + gamma1Shift / width, gamma2: 1 + gamma2Shift / width };
}
