import type { BlockKind } from '@shaped/sde';
import type { CellClass } from '../../map/map-cell.js';

/** A colour that the page can give another value in the dark: a CSS variable and its light value. */
function variable(name: string, light: string): string {
  return `var(--${name}, ${light})`;
}

/** Text, axes and surfaces. */
export const INK = variable('ink', '#1c2127');
export const MUTED = variable('muted', '#5b6570');
export const GRID = variable('grid', '#e3e7eb');
export const PAPER = variable('paper', '#ffffff');

/**
 * One colour a block kind, the same in every figure; from Okabe and Ito's palette, which people with
 * any common form of colour blindness can tell apart.
 */
export const BLOCK_COLOURS: Record<BlockKind, string> = {
  shaped: variable('shaped', '#0072b2'),
  unshaped: variable('unshaped', '#d55e00'),
  preLN: variable('pre-ln', '#009e73'),
  postLN: variable('post-ln', '#b8578f'),
  depthScaled: variable('depth-scaled', '#b98300'),
};

/**
 * One colour a class of a phase diagram's cells: hues that colour-blind people tell apart, and
 * lightnesses that a grey print does.
 */
export const CLASS_COLOURS: Record<CellClass, string> = {
  healthy: variable('healthy', '#d3ecdf'),
  collapse: variable('collapse', '#0072b2'),
  blowUp: variable('blow-up', '#e69f00'),
};

/** Theory: drawn in ink, told apart by dashes. */
export const SDE_COLOUR = INK;
export const CHAIN_COLOUR = variable('chain', '#7a3fb0');

/** Verdicts, always beside their word and sign. */
export const PASS_COLOUR = variable('pass', '#1a7f4b');
export const FAIL_COLOUR = variable('fail', '#b3261e');

/** The light value of every variable, for a figure that stands alone. */
export function withLightColours(svg: string): string {
  return svg.replaceAll(/var\(--[\w-]+, (#[0-9a-f]{6})\)/g, '$1');
}
