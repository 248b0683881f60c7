import { gramChain, initialGains, transformerSde, type Architecture } from '@shaped/sde';
import type { Theory } from './predict-plan.js';

/**
 * Why a theory does not predict an architecture, in a sentence or two; undefined where it does. The
 * SDE needs shaped blocks whose gains start at 1, the exact chain anything but LayerNorm:
 * docs/theory.md, sections 2 and 4.
 */
export function theoryRefusal(arch: Architecture, theory: Theory): string | undefined {
  const { tokens, heads } = arch;
  try {
    if (theory === 'sde') {
      transformerSde(arch);
      refuseGains(arch);
    }
    // No width is refused; the narrowest takes no memory to ask about.
    else gramChain({ ...arch, width: heads * Math.ceil(tokens / heads) });
    return undefined;
  } catch (error) {
    // The theory refuses with a RangeError; an impossible architecture is another error.
    if (!(error instanceof RangeError)) throw error;
    return error.message.replace(/^\w+: /, '');
  }
}

/** Digits that tell a gain from 1 and hide the rounding of (γ − 1) n. */
const GAIN_DIGITS = 6;

/**
 * The SDE takes γ1 = 1 + a/n; gains of a configuration stay as they are when the width grows.
 *
 * @throws RangeError where one is not 1
 */
function refuseGains(arch: Architecture): void {
  if (arch.gamma1Shift === 0 && arch.gamma2Shift === 0) return;
  const gains = initialGains(arch);
  const [gamma1, gamma2] = [gains.gamma1, gains.gamma2].map((gain) =>
    Number(gain.toPrecision(GAIN_DIGITS)),
  );
  throw new RangeError(
    `theoryRefusal: expected γ1 = γ2 = 1, got ${gamma1} and ${gamma2}. Gains that stay away from 1 as the width grows, as that of a missing identity or centring does, have no limit at depth ~ width; use gramChain for the finite-width law.`,
  );
}
