import { checkCovariance } from '../covariance/check-covariance.js';
import { architecture, type Architecture } from '../model/architecture.js';
import { refuseEmptyRows } from '../model/refuse-empty-rows.js';

/** What the curves of rank collapse are asked for. */
export interface CollapseOptions {
  /** A network that is not shaped throughout; its width and head widths are taken as infinite. */
  arch: Architecture;
  /** Covariance of the input tokens, `[m, m]`. */
  V0: Float64Array;
  /** Seed of the attention matrices that means are taken over. */
  seed: number;
  /** Attention matrices a mean is taken over, an even number. Defaults to 256. */
  draws?: number;
  /** Independent repetitions, for a standard error. Defaults to 4. */
  replicas?: number;
}

/** The options checked, with their defaults. */
export function checkCollapseOptions(caller: string, options: CollapseOptions) {
  const { seed, draws = 256, replicas = 4 } = options;
  const arch = architecture(options.arch);
  refuseEmptyRows(caller, arch);
  const V0 = checkCovariance(caller, options.V0, arch.tokens);
  const fail = (what: string, got: unknown, fix: string): never => {
    throw new RangeError(`${caller}: expected ${what}, got ${String(got)}. ${fix}`);
  };
  if (arch.attention !== 'softmax' && arch.activation !== 'relu') {
    fail(
      "attention 'softmax' or activation 'relu'",
      `'${arch.attention}' and '${arch.activation}'`,
      'A shaped network does not move at infinite width and fixed depth; simulate its SDE.',
    );
  }
  if (arch.tokens < 2) fail('at least 2 tokens', arch.tokens, 'One token has no correlation.');
  for (let a = 0; a < arch.tokens; a++) {
    const variance = V0[a * (arch.tokens + 1)];
    if (!(variance > 0)) {
      fail('tokens of positive norm', `V0[${a}][${a}] = ${variance}`, 'Leave such a token out.');
    }
  }
  if (!Number.isSafeInteger(draws) || draws < 2 || draws % 2 === 1) {
    fail('draws to be a positive even integer', draws, 'They come in mirrored pairs.');
  }
  if (!Number.isSafeInteger(replicas) || replicas < 1) {
    fail('replicas to be a positive integer', replicas, 'Set it so.');
  }
  return { arch, V0, seed, draws, replicas };
}
