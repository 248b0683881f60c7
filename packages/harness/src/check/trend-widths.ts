import { ArchitectureError } from '@shaped/sde';
import { architectureOf, type Config } from '../config/index.js';
import { usageFailure } from '../failure.js';

/** Default widths of the trend, as multiples of the model's width. */
const WIDTH_FACTORS = [1 / 8, 1 / 4, 1 / 2, 1, 2];
/** Below this many columns a token the chain is far from any expansion in 1/n. */
const LEAST_COLUMNS_A_TOKEN = 2;

function fits({ model }: Config, width: number): boolean {
  if (!Number.isInteger(width) || width < LEAST_COLUMNS_A_TOKEN * model.tokens) return false;
  if (model.depth * width < model.width) return false; // less than one layer
  try {
    architectureOf(model, { width });
    return true;
  } catch (error) {
    if (error instanceof ArchitectureError) return false;
    throw error;
  }
}

/**
 * The widths at which chain and SDE are compared, ascending, each once: those of `check.widths`, or
 * an eighth to twice the model's width as far as they fit the model.
 *
 * @throws Failure (exit code 2) when fewer than two are left
 */
export function trendWidths(config: Config): number[] {
  const { check, model } = config;
  const candidates =
    check.widths ??
    WIDTH_FACTORS.map((factor) => factor * model.width).filter((width) => fits(config, width));
  const widths = [...new Set(candidates)].sort((a, b) => a - b);
  if (widths.length > 1) return widths;
  throw usageFailure(
    `check.widths: expected at least two different widths, got ${widths.join(', ') || 'none that fits'}. A trend needs two: set check.widths.`,
  );
}
