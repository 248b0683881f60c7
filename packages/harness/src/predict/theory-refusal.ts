import { gramChain, transformerSde, type Architecture } from '@shaped/sde';
import type { Theory } from './predict-plan.js';

/**
 * Why a theory does not predict an architecture, in a sentence or two; undefined where it does. The
 * SDE needs shaped blocks, the exact chain anything but LayerNorm: docs/theory.md, sections 2 and 4.
 */
export function theoryRefusal(arch: Architecture, theory: Theory): string | undefined {
  const { tokens, heads } = arch;
  try {
    if (theory === 'sde') transformerSde(arch);
    // No width is refused; the narrowest takes no memory to ask about.
    else gramChain({ ...arch, width: heads * Math.ceil(tokens / heads) });
    return undefined;
  } catch (error) {
    // The theory refuses with a RangeError; an impossible architecture is another error.
    if (!(error instanceof RangeError)) throw error;
    return error.message.replace(/^\w+: /, '');
  }
}
