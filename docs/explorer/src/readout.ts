import { byId } from './controls.ts';
import { formatCount, formatDecimals, formatNumber, formatShare } from './format.ts';
import type { Reply } from './protocol.ts';

type Shown = Extract<Reply, { kind: 'snapshot' }>;

/** Share of projected paths beyond which the step is said to be coarse. */
const MANY_PROJECTED = 0.5;

/** Fewer values than one in a thousand missing are not worth a word. */
const SOME_UNDEFINED = 1e-3;

/** The words and numbers of a picture. */
export interface Readout {
  show: (reply: Shown) => void;
}

/** Fills the page's numbers. */
export function makeReadout(): Readout {
  const [blowUp, collapse] = [byId('blow-up'), byId('collapse')];
  const [median, spread] = [byId('rho-median'), byId('rho-spread')];
  const [paths, step] = [byId('paths-done'), byId('step')];
  const bar = byId<HTMLProgressElement>('progress');
  const [notes, announcement] = [byId('notes'), byId('announcement')];

  return {
    show(reply) {
      const { snapshot, steps, state, ending } = reply;
      const last = snapshot.times.length - 1;
      const [p05, , p50, , p95] = snapshot.rho.map((values) => values[last]);
      blowUp.textContent = formatShare(snapshot.blownUp);
      collapse.textContent = formatShare(snapshot.collapsed);
      median.textContent = formatDecimals(p50, 3);
      spread.textContent = Number.isFinite(p05)
        ? `5–95 %: ${formatDecimals(p05, 3)} to ${formatDecimals(p95, 3)}`
        : 'undefined: no token has a norm left';
      paths.textContent =
        snapshot.paths === state.paths
          ? formatCount(state.paths)
          : `${formatCount(snapshot.paths)} of ${formatCount(state.paths)}`;
      step.textContent = `${formatCount(steps)} steps, dt = ${formatNumber(state.ratio / steps, 2)}`;
      bar.max = state.paths;
      bar.value = snapshot.paths;
      notes.replaceChildren(...remarks(reply).map((remark) => paragraph(remark)));
      if (ending !== undefined) {
        announcement.textContent =
          `Median mean correlation ${median.textContent}, blow-up probability ` +
          `${blowUp.textContent}, collapse probability ${collapse.textContent}.`;
      }
    },
  };
}

/** What the numbers alone would hide. */
function remarks({ snapshot, state, ending }: Shown): string[] {
  const { paths, projected, undefinedShare } = snapshot;
  const percent = (share: number) => `${formatNumber(100 * share, 2)} %`;
  return [
    ...(ending === 'outOfTime'
      ? [
          `Ended after a minute with ${formatCount(paths)} of ${formatCount(state.paths)} paths: ` +
            'many tokens and steps take long. Choose fewer paths.',
        ]
      : []),
    ...(projected > MANY_PROJECTED
      ? [
          `${percent(projected)} of the paths left the cone of covariances on the way and were ` +
            'projected back: read this setting with care.',
        ]
      : []),
    ...(undefinedShare > SOME_UNDEFINED
      ? [`${percent(undefinedShare)} of the paths have a token without norm, and no ρ, at T.`]
      : []),
  ];
}

function paragraph(text: string): HTMLParagraphElement {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}
