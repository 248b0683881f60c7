import { activationSlopes } from '../model/activation-slopes.js';
import type { Architecture } from '../model/architecture.js';
import { noiseCoefficients } from '../model/covariance-sde.js';
import { smoothCubic } from '../model/smooth-drift.js';
import { smoothFunctions } from '../model/smooth-function.js';
import { tracksSlices } from '../chain/chain-state.js';
import type { ChainTask, SdeTask } from '../engine/task.js';
import { CONE_TOLERANCE } from '../solver/euler-maruyama.js';

/** The numbers that the kernel reads, by their place in `assembly/parameters.ts`. */
const PLACES = {
  ...{ dt: 0, linear: 1, softmax: 2, attentionDrift: 3, gain1: 4, gain2: 5, reluPull: 6 },
  ...{ smoothEven: 7, smoothOdd: 8, stopAt: 9, cone: 10, lambda: 11, branch: 12, width: 13 },
  ...{ sliceWidth: 14, headColumns: 15, headWidth: 16, logitScale: 17, gamma1: 18, gamma2: 19 },
  ...{ meanSlope: 20, halfSlope: 21, normalizer: 22, alpha2: 23, beta: 24, cubicC: 25 },
  ...{ smoothScale: 26 },
} as const;

type Parameters = Partial<Record<keyof typeof PLACES, number>>;

/** The parameters as the kernel wants them; what is not given is 0. */
function inPlace(parameters: Parameters): Float64Array {
  const out = new Float64Array(Object.keys(PLACES).length);
  for (const [name, value] of Object.entries(parameters)) {
    out[PLACES[name as keyof typeof PLACES]] = value;
  }
  return out;
}

/** What Euler–Maruyama needs. */
export function eulerParameters({ arch, dt, stopAt }: SdeTask): Float64Array {
  const { linear, attention } = noiseCoefficients(arch);
  const gamma2 = arch.gamma * arch.gamma;
  return inPlace({
    ...{ dt, stopAt, cone: CONE_TOLERANCE },
    linear: Math.sqrt(linear),
    softmax: Math.sqrt(attention),
    attentionDrift: arch.attention === 'shaped' ? gamma2 / (arch.tau0 * arch.tau0) : 0,
    gain1: 2 * gamma2 * arch.gamma1Shift,
    gain2: gamma2 * arch.gamma2Shift,
    ...activationDrift(arch, gamma2),
  });
}

/** What the Gram step needs: those of a layer of width 1/dt. */
export function gramParameters({ arch, dt, stopAt }: SdeTask): Float64Array {
  const width = 1 / dt;
  const ofRelu = arch.activation === 'shapedRelu' ? activationSlopes(arch, width).c / width : 0;
  const ofCubic = arch.activation === 'shapedSmooth' ? smoothCubic(arch, width) : {};
  return inPlace({
    ...{ dt, stopAt, width, sliceWidth: width, lambda: arch.lambda },
    branch: arch.gamma * Math.sqrt(dt),
    logitScale: Math.sqrt(dt) / arch.tau0,
    ...gains(arch, dt),
    ...activationDrift(arch, ofRelu),
    ...ofCubic,
  });
}

/** What the exact chain needs. */
export function chainParameters({ arch, dt, stopAt }: ChainTask): Float64Array {
  const { width, heads, headWidth } = arch;
  const shaped = arch.attention === 'shaped';
  const isRelu = arch.activation === 'relu' || arch.activation === 'shapedRelu';
  const slopes = isRelu ? activationSlopes(arch) : { plus: 0, minus: 0, c: 0 };
  return inPlace({
    ...{ dt, stopAt, width, headWidth, lambda: arch.lambda },
    sliceWidth: tracksSlices(arch) ? width / heads : width,
    headColumns: width / heads,
    branch: arch.gamma / Math.sqrt(width),
    logitScale: 1 / (arch.tau0 * Math.sqrt(shaped ? width * headWidth : headWidth)),
    ...gains(arch, 1 / width),
    meanSlope: (slopes.plus + slopes.minus) / 2,
    halfSlope: (slopes.plus - slopes.minus) / 2,
    smoothScale: arch.a * Math.sqrt(width),
    normalizer: slopes.c / width,
  });
}

/** γ1 and γ2 of shaped attention; plain attention has neither identity nor centring. */
function gains(arch: Architecture, dt: number): Parameters {
  if (arch.attention !== 'shaped') return {};
  return { gamma1: 1 + arch.gamma1Shift * dt, gamma2: 1 + arch.gamma2Shift * dt };
}

/** Scale of the ReLU's pull, or the even and the odd part of a smooth activation's drift. */
function activationDrift(arch: Architecture, scale: number): Parameters {
  if (arch.activation === 'shapedRelu') {
    return { reluPull: (scale * (arch.cPlus - arch.cMinus) ** 2) / (2 * Math.PI) };
  }
  if (arch.activation !== 'shapedSmooth') return {};
  const { second, third } = smoothFunctions[arch.smooth];
  const a2 = arch.a * arch.a;
  return {
    smoothEven: (scale * second * second) / (4 * a2),
    smoothOdd: (scale * third) / (2 * a2),
  };
}
