import type { Advice, AdviceRecord, Examination } from './advice-record.js';
import { CHECK_FACTOR, radiusOf } from './advise-plan.js';
import type { FateShare, FateSummary } from './fate-summary.js';
import { COLLAPSED } from './goal.js';
import type { Verdict } from './judge.js';
import { examinationNotes, recordNotes, widthNote } from './render-notes.js';
import { number, percent, shareText } from './share-text.js';
import type { Shaping } from './shaping.js';

const LABEL_COLUMNS = 26;
const SHARE_COLUMNS = 20;

/** Text with true minus signs. */
const minus = (text: string) => text.replaceAll('-', '−');

const networks = (count: number) => `${count.toLocaleString('en-US')} networks`;

function fateLine(label: string, share: FateShare): string {
  const { layers } = share;
  const where = layers
    ? `by layer ${Math.round(layers.median)} (5–95 %: ${Math.round(layers.q05)} to ${Math.round(layers.q95)})`
    : '';
  return `  ${label.padEnd(LABEL_COLUMNS)}${shareText(share).padEnd(SHARE_COLUMNS)} ${where}`.trimEnd();
}

function summaryLines(
  { collapse, blowUp, vanish, rho, logNorm }: FateSummary,
  { simulated: { depth }, stopAt }: AdviceRecord,
  radius: number,
): string[] {
  return [
    fateLine(`collapses (ρ > ${COLLAPSED})`, collapse),
    fateLine(`blows up (|V| > ${number(radius)})`, blowUp),
    fateLine(`vanishes (V < 1/${stopAt})`, vanish),
    minus(
      `  ${`ρ at layer ${depth}`.padEnd(LABEL_COLUMNS)}median ${rho.median.toFixed(3)} (5–95 %: ${rho.q05.toFixed(3)} to ${rho.q95.toFixed(3)})`,
    ),
    `  ${`V at layer ${depth}`.padEnd(LABEL_COLUMNS)}median ${number(Math.exp(logNorm))}, from 1 at the input`,
  ];
}

function sdeLine({ sde }: Examination): string[] {
  if (sde === null) return [];
  const { risk, rho } = sde;
  const text = `  ${'SDE (infinite width)'.padEnd(LABEL_COLUMNS)}fails ${shareText(risk)}, median ρ ${rho.median.toFixed(3)}`;
  return [minus(text)];
}

/** A shaping in one line. */
function shapingText({ gamma, tau0, cMinus }: Shaping): string {
  return `gamma ${number(gamma)}, tau0 ${number(tau0)}, cMinus ${number(cMinus)}`;
}

/** A verdict with its reason where the fates' own lines do not tell it. */
function verdictText({ verdict }: Examination, { goal }: AdviceRecord): string {
  const reasons: Partial<Record<Verdict, string>> = {
    aligns: `the median ρ is above ${number(goal.rho)}`,
    'at risk': `more than ${percent(goal.level)} of the networks fail`,
    undecided: 'more networks would tell (--paths)',
  };
  const reason = reasons[verdict];
  return reason === undefined ? verdict.toUpperCase() : `${verdict.toUpperCase()}, ${reason}`;
}

/** How much above its least value 1/√n a τ0 rounded to three digits may be. */
const ROUNDING = 1.01;

function partLines({ shaping, lambda }: Advice, { simulated }: AdviceRecord): string[] {
  const { width, cPlus } = simulated;
  const root = Math.sqrt(width);
  const plainAttention = shaping.tau0 <= ROUNDING / root;
  const plainActivation = (cPlus - shaping.cMinus) * ROUNDING >= root;
  const part = (name: string, value: number, meaning: string) =>
    `  ${name.padEnd(8)}${number(value).padEnd(8)}${meaning}`;
  return [
    part('gamma', shaping.gamma, `weight of each branch; the skip has λ = ${number(lambda)}`),
    part(
      'tau0',
      shaping.tau0,
      plainAttention
        ? 'the temperature of plain attention: 1/√n, nothing left to give up'
        : `temperature scale; larger is flatter attention, plain attention has ${number(1 / root)}`,
    ),
    part(
      'cMinus',
      shaping.cMinus,
      plainActivation
        ? 'as far apart as the slopes of plain ReLU: nothing left to give up'
        : `negative inputs have slope ${number(1 + shaping.cMinus / root)}; plain ReLU would be ${number(cPlus - root)}`,
    ),
  ];
}

function adviceLines(record: AdviceRecord, advice: Advice): string[] {
  const { shaping, check, beyond, confirmed } = advice;
  const { stopAt, simulated, goal } = record;
  const { gamma, tau0, cMinus } = shaping;
  const verdict = confirmed ? 'CONFIRMED' : `NOT CONFIRMED: ${verdictText(check, record)}`;
  return [
    '',
    "Advice: block 'shaped' with",
    ...partLines(advice, record),
    '',
    `Check, ${networks(check.chain.paths)} of the exact chain at other random numbers: ${verdict}`,
    ...summaryLines(check.chain, record, stopAt),
    ...sdeLine(check),
    ...widthNote(check, goal, simulated.width),
    ...examinationNotes(check, simulated.mask),
    '',
    `One notch less shaped (${shapingText(beyond.shaping)}): ${verdictText(beyond, record)}`,
    minus(
      `  fails ${shareText(beyond.chain.risk)}, median ρ ${beyond.chain.rho.median.toFixed(3)}`,
    ),
    '',
    ...(confirmed
      ? [
          'In a configuration:',
          '  model:',
          '    { block: shaped, attention: shaped, activation: shapedRelu,',
          `      gamma: ${gamma}, tau0: ${tau0}, cMinus: ${cMinus} }`,
        ]
      : [
          `What to do: simulate more networks (--paths ${CHECK_FACTOR * record.paths}) or accept a higher --level.`,
        ]),
  ];
}

/** Advice for people: what becomes of the network, what to change, and whether that was confirmed. */
export function renderAdvice(record: AdviceRecord): string {
  const { asked, goal, startRho, asIs, advice, outcome } = record;
  const heads = `${asked.heads} ${asked.heads === 1 ? 'head' : 'heads'}`;
  const mask = typeof asked.mask === 'string' ? `${asked.mask} mask` : 'own mask';
  const block =
    asked.block === 'shaped' && asked.attention === 'shaped'
      ? `shaped (${shapingText(asked)})`
      : asked.block === 'unshaped'
        ? `unshaped (gamma ${number(asked.gamma)})`
        : asked.block;
  return [
    `Network: ${block}, width ${asked.width}, depth ${asked.depth}, ${heads}, ${asked.tokens} tokens, ${mask}`,
    `Input:   variances 1, correlation ρ = ${number(startRho)} between any two tokens`,
    `Healthy: at most ${percent(goal.level)} of the networks fail, and the median ρ at the end is at most ${number(goal.rho)}`,
    '',
    `As it is, ${networks(asIs.chain.paths)} of the exact chain: ${verdictText(asIs, record)}`,
    ...summaryLines(asIs.chain, record, radiusOf(asked, record.stopAt)),
    ...sdeLine(asIs),
    ...examinationNotes(asIs, record.simulated.mask),
    ...recordNotes(record),
    ...(advice === null ? [] : adviceLines(record, advice)),
    ...(outcome === 'healthy'
      ? ['', 'Nothing to change. (--least looks for the least shaping that stays healthy.)']
      : []),
    ...(outcome === 'none found'
      ? [
          '',
          'No advice: not even the most shaped block tried stays healthy. Lower --depth, raise --width,',
          'or accept a higher --level or --rho.',
        ]
      : []),
  ].join('\n');
}
