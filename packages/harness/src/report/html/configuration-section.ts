import { architectureOf } from '../../config/index.js';
import { modelProbe, type ReportRun } from '../report-run.js';
import { architectureFacts } from './architecture-facts.js';
import { factsTable, flattened, type Fact } from './facts-table.js';
import { html, type Html } from './html.js';

/** The architecture of the model, the text, and the sizes of the ensembles. */
function facts(run: ReportRun): Fact[] {
  const { config, probes, predictions } = run;
  return [
    ...(describesModel(run) ? architectureFacts(architectureOf(config.model)) : []),
    ['text', `${config.data.corpus}, ${config.data.tokenizer}`],
    ['seed', String(config.seed)],
    ...probes.map(({ block, record }): Fact => [
      `${block} networks`,
      `${record.networks} on ${record.windows.length} windows (${record.backend})`,
    ]),
    ...Object.entries(predictions).map(([theory, { record }]): Fact => [
      theory === 'sde' ? 'SDE paths' : 'exact chain paths',
      `${record.paths}, ${record.stopped} stopped at |V| > ${record.stopAt}`,
    ]),
  ];
}

/** Whether anything but a training is shown: a trained network has facts of its own. */
function describesModel({ probes, predictions, check, map, training }: ReportRun): boolean {
  const isShown = probes.length > 0 || Object.keys(predictions).length > 0 || check || map;
  return Boolean(isShown) || !training;
}

/** Commands that only show what others made. */
const SHOWING = ['report', 'tensorboard'];

/** With what, on what and how long a run was made; a part that the manifest lacks is left out. */
function origin({ manifest }: ReportRun): [string, string][] {
  if (!manifest) return [];
  const { backend, corpus, commands = [], steps = {} } = manifest;
  const made = commands.filter(({ command }) => !SHOWING.includes(command)).at(-1);
  return flattened({
    command: made && ['shaped', made.command, ...made.arguments].join(' '),
    started: made?.start,
    version: made?.versions,
    backend: backend && {
      name: backend.name,
      version: backend.version,
      simd: backend.simd,
      reason: backend.reason,
    },
    machine: made?.machine,
    corpus,
    seconds: Object.fromEntries(
      Object.entries(steps).map(([step, { seconds }]) => [step, seconds?.toFixed(1)]),
    ),
  });
}

/** The text windows that the networks read: the user's text. */
function windowsList(run: ReportRun): Html | undefined {
  const windows = modelProbe(run)?.record.windows ?? [];
  if (windows.length === 0) return undefined;
  return html`<details>
    <summary>The ${windows.length} text windows</summary>
    <ol>
      ${windows.map(({ text }) => html`<li>${text}</li>`)}
    </ol>
  </details>`;
}

/** What was run, on what, and how to run it again. */
export function configurationSection(run: ReportRun): Html {
  const machine = origin(run);
  const again = `runs/${run.config.name}-again`;
  const made = run.training
    ? [`shaped run --config config.yaml --out ${again}`]
    : run.map && run.probes.length === 0
      ? []
      : [`shaped check --config config.yaml --out ${again}`];
  const mapped = run.map ? [`shaped map --config config.yaml --out ${again}`] : [];
  const shown = run.training && !run.map ? [] : [`shaped report ${again}`];
  const commands = [...made, ...mapped, ...shown].join('\n');
  return html`<section>
    <h3>Configuration</h3>
    ${factsTable(facts(run))} ${windowsList(run)}
    <details>
      <summary>How to make this again</summary>
      <p>
        With the same version, backend and configuration the numbers are the same. Save what follows
        as <code>config.yaml</code> (it also lies in the run’s directory) and run
      </p>
      <pre>${commands}</pre>
      <pre>${run.configText}</pre>
    </details>
    ${
      machine.length === 0
        ? html`<p class="note">The run holds no manifest of versions and machine.</p>`
        : html`<details>
            <summary>Versions, backend and machine</summary>
            ${factsTable(machine)}
          </details>`
    }
  </section>`;
}
