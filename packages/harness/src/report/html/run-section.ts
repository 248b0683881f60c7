import type { Figure } from '../figures/figure.js';
import { mainResult } from '../main-result.js';
import { modelProbe, type ReportRun } from '../report-run.js';
import { FIGURE_SECTIONS, type FigureSection } from '../run-figures.js';
import { trainingFacts } from './architecture-facts.js';
import { configurationSection } from './configuration-section.js';
import { factsTable } from './facts-table.js';
import { figureElement } from './figure-element.js';
import { html, type Html } from './html.js';
import { verdictBadge } from './verdict-badge.js';
import { verdictTable } from './verdict-table.js';

const TITLES: Record<FigureSection, string> = {
  correlation: 'Correlation between tokens',
  rank: 'Rank of the token matrix',
  scale: 'Token norms, attention and gradients',
  residuals: 'Check: network, exact chain and SDE',
  width: 'From finite width to the SDE',
  training: 'Training',
  map: 'Phase diagram',
};

/** What a section says before its figures. */
const INTRODUCTIONS: Record<FigureSection, string> = {
  correlation:
    'Under rank collapse all tokens point the same way and ρ goes to 1; a healthy network keeps them apart at any depth.',
  rank: 'How many directions the tokens span. A collapsed network is left with one.',
  scale:
    'Tokens should neither vanish nor blow up with depth, and gradients should reach every layer.',
  residuals:
    'Each layer’s step is compared with fresh draws of the theory from the same V: a wrong term shows in the layer and stage where it acts, before it adds up.',
  width:
    'Network and exact chain have one law at every width. The SDE is their limit: the gap should shrink as the width grows.',
  training: 'A language model with the same metrics, layer by layer.',
  map: 'What becomes of the tokens at the last layer when two parameters of the model vary.',
};

/** A drawn run: its figures by section. */
export interface DrawnRun {
  run: ReportRun;
  figures: Record<FigureSection, Figure[]>;
}

/** What is missing in a section and the command that makes it. */
function missing(section: FigureSection, run: ReportRun): string[] {
  const command = (name: string) => `shaped ${name} --config config.yaml --out <run>`;
  const { predictions, check, config } = run;
  switch (section) {
    case 'correlation':
      return [
        ...(modelProbe(run) ? [] : [`No networks were measured: ${command('probe')} does.`]),
        ...(predictions.sde || predictions.chain
          ? []
          : [`Nothing was predicted: ${command('predict')} does.`]),
      ];
    case 'rank':
    case 'scale':
      return run.probes.length > 0 ? [] : [`No networks were measured: ${command('probe')} does.`];
    case 'residuals':
      return check ? [] : [`Network and theory were not compared: ${command('check')} does.`];
    case 'width':
      if (!check) return [`The widths were not compared: ${command('check')} does.`];
      return check.gaps.length > 0
        ? []
        : [`There is no SDE for block ${config.model.block} to compare with.`];
    case 'training':
      return run.training ? [] : [`Nothing was trained: ${command('train')} does.`];
    case 'map':
      return run.map ? [] : [`No parameters were varied: ${command('map')} does.`];
  }
}

/** Whether a section has anything to show, be it only a verdict. */
function holds(section: FigureSection, { run, figures }: DrawnRun): boolean {
  const isChecked = section === 'residuals' || section === 'width';
  return figures[section].length > 0 || (isChecked && run.check !== undefined);
}

/** The sections of which a run holds nothing, each with the command that fills it. */
function absentSections(absent: readonly FigureSection[], run: ReportRun, id: string): Html {
  return html`<section id="${id}">
    <h3>Not in this run</h3>
    <ul class="note">
      ${absent.map(
        (section) => html`<li>${TITLES[section]}. ${missing(section, run).join(' ')}</li>`,
      )}
    </ul>
  </section>`;
}

/** All of one run: result, configuration, its figures with captions, and what it does not hold. */
export function runSection(drawn: DrawnRun, idPrefix: string, heading: boolean): Html {
  const { run, figures } = drawn;
  const present = FIGURE_SECTIONS.filter((section) => holds(section, drawn));
  const absent = FIGURE_SECTIONS.filter((section) => !present.includes(section));
  let number = 0;
  const sections = present.map((section) => {
    const notes = missing(section, run);
    const elements = figures[section].map((figure) => figureElement(figure, ++number, idPrefix));
    return html`<section id="${idPrefix}${section}">
      <h3>${TITLES[section]}</h3>
      <p>${INTRODUCTIONS[section]}</p>
      ${notes.map((note) => html`<p class="note">${note}</p>`)}
      ${section === 'training' ? factsTable(trainingFacts(run.config)) : ''}
      ${section === 'residuals' && run.check ? verdictTable(run.check) : ''}
      <div class="figures">${elements}</div>
    </section>`;
  });
  const [first, ...rest] = mainResult(run);
  return html`<article id="${idPrefix}run">
    ${heading ? html`<h2>${run.config.name}</h2>` : ''}
    <div class="banner">
      ${run.check ? html`Check: ${verdictBadge(run.check.verdict)}` : ''}
      <p class="main">${first ?? 'This run holds no result yet.'}</p>
      ${rest.map((sentence) => html`<p>${sentence}</p>`)}
    </div>
    <nav aria-label="Sections of ${run.config.name}">
      ${present.map((section) => html`<a href="#${idPrefix}${section}">${TITLES[section]}</a>`)}
      ${absent.length > 0 ? html`<a href="#${idPrefix}absent">Not in this run</a>` : ''}
    </nav>
    ${configurationSection(run)} ${sections}
    ${absent.length > 0 ? absentSections(absent, run, `${idPrefix}absent`) : ''}
  </article>`;
}
