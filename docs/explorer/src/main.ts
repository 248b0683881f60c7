import { FateChart } from './chart/fate-chart.ts';
import { NormChart } from './chart/norm-chart.ts';
import { RhoChart } from './chart/rho-chart.ts';
import { byId, makeControls } from './controls.ts';
import { hashFromState, stateFromHash, type ExplorerState } from './explorer-state.ts';
import { PRESETS } from './presets.ts';
import type { Reply } from './protocol.ts';
import { makeReadout } from './readout.ts';
import { reproduction } from './reproduction.ts';
import { startSimulation } from './simulation-client.ts';

/** Milliseconds without a change after which the address follows: browsers limit how often it may. */
const ADDRESS_DELAY = 300;

/** Milliseconds without a new picture of a new setting after which the page says that it waits. */
const LATE = 500;

let { state, issues } = stateFromHash(location.hash);
let shown: Extract<Reply, { kind: 'snapshot' }> | undefined;
let message: string | undefined;
/** What the next frame has to do. */
const due = { request: true, draw: false };
let frame = 0;
let addressTimer = 0;
let lateTimer = 0;

const page = document.documentElement;
const charts = {
  rho: new RhoChart(byId('rho-plot'), redraw),
  fate: new FateChart(byId('fate-plot'), redraw),
  norm: new NormChart(byId('norm-plot'), redraw),
};
const readout = makeReadout();
const controls = makeControls((change) => choose({ ...state, ...change }));
const simulation = startSimulation({ reply: receive, death: complain });

/** Everything that is drawn is drawn in one frame, and a frame asks for one simulation at most. */
function schedule(): void {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (due.request) {
      simulation.request(state);
      controls.show(state);
      byId('program').textContent = reproduction(state);
    }
    if (due.draw) draw();
    [due.request, due.draw] = [false, false];
    mark();
  });
}

function choose(next: ExplorerState): void {
  state = next;
  issues = [];
  due.request = true;
  due.draw = true;
  schedule();
  mark();
  clearTimeout(addressTimer);
  addressTimer = window.setTimeout(() => {
    history.replaceState(null, '', hashFromState(state) || location.pathname + location.search);
  }, ADDRESS_DELAY);
}

function receive(reply: Reply): void {
  page.dataset.started = String(reply.counts.started);
  page.dataset.cancelled = String(reply.counts.cancelled);
  if (reply.kind === 'snapshot') {
    shown = reply;
    message = undefined;
    punctual();
    redraw();
  } else if (reply.id === simulation.requested) {
    complain(`This cannot be computed. ${reply.message}`);
  }
}

function complain(text: string): void {
  message = text;
  redraw();
}

function redraw(): void {
  due.draw = true;
  schedule();
}

function draw(): void {
  const alert = byId('message');
  const words = [...issues, ...(message === undefined ? [] : [message])].join('\n');
  if (alert.textContent !== words) alert.textContent = words;
  if (shown === undefined) return;
  byId('reading').textContent = charts.rho.draw(shown.snapshot, shown.state.tokens) ?? '';
  charts.fate.draw(shown.snapshot);
  charts.norm.draw(shown.snapshot);
  readout.show(shown);
}

/** What tests and style sheets can see of the work. */
function mark(): void {
  page.dataset.requested = String(simulation.requested);
  page.dataset.shown = String(shown?.id ?? 0);
  page.dataset.paths = String(shown?.snapshot.paths ?? 0);
  const current = shown?.id === simulation.requested && !due.request;
  page.dataset.state =
    message !== undefined ? 'refused' : !current ? 'stale' : (shown?.ending ?? 'refining');
  if (page.dataset.state !== 'stale') punctual();
  else lateTimer ||= window.setTimeout(() => (page.dataset.late = 'true'), LATE);
}

/** A picture has come: the wait begins anew. */
function punctual(): void {
  clearTimeout(lateTimer);
  lateTimer = 0;
  page.dataset.late = 'false';
}

for (const [id, preset] of Object.entries(PRESETS)) {
  byId(id).addEventListener('click', () => choose({ ...preset, seed: state.seed }));
}
window.addEventListener('hashchange', () => {
  const parsed = stateFromHash(location.hash);
  choose(parsed.state);
  issues = parsed.issues;
});
byId('copy').addEventListener('click', () => {
  void navigator.clipboard.writeText(byId('program').textContent);
});
// The bundler puts the file beside the page.
byId<HTMLAnchorElement>('theory').href = new URL('../../theory.md', import.meta.url).href;
byId('starting').remove();
due.draw = true;
schedule();
