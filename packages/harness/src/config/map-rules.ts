import { ArchitectureError, type Architecture } from '@shaped/sde';
import { theoryRefusal } from '../predict/theory-refusal.js';
import type { ConfigIssue } from './config-issue.js';
import { mapAxis, type MapAxis, type MapParameter } from './map-axis.js';
import { mapCellModel, ownValue } from './map-cell-model.js';
import type { Config } from './schema.js';

/** A hundred by a hundred: more than a figure can show. */
export const MOST_MAP_CELLS = 10_000;

/** Off-diagonal of the standard V0 where none is given. */
export const STANDARD_START_RHO = 0.2;

const axesOf = ({ map }: Config) => ({ x: mapAxis(map.x), y: mapAxis(map.y) });

/** What is wrong with the section `map` whatever the model. */
export function mapSectionIssues(config: Config): ConfigIssue[] {
  const { x, y } = axesOf(config);
  const issues: ConfigIssue[] = [];
  const refuse = (path: string, message: string) =>
    void issues.push({ path: `map.${path}`, message });
  if (x.parameter === y.parameter) {
    refuse('y', `expected another parameter than map.x, got ${y.parameter} twice. Change one.`);
  }
  const varied = [x.parameter, y.parameter];
  if (varied.includes('ratio') && varied.includes('depth')) {
    refuse('y', 'expected one of ratio and depth, got both. Vary ratio and width instead.');
  }
  const cells = x.values.length * y.values.length;
  if (cells > MOST_MAP_CELLS) {
    refuse('x', `expected at most ${MOST_MAP_CELLS} cells, got ${cells}. Take fewer on an axis.`);
  }
  if (config.map.start === 'text' && config.map.startRho !== undefined) {
    refuse(
      'startRho',
      `expected none with map.start text, got ${config.map.startRho}. Leave one of the two out.`,
    );
  }
  if (config.map.theory === 'chain' && config.map.steps !== undefined) {
    refuse(
      'steps',
      `expected none with the chain, whose steps are its layers, got ${config.map.steps}. Leave it out.`,
    );
  }
  return issues;
}

/** Why varying a parameter would change nothing, or nothing that makes sense; undefined if it does. */
function uselessness(
  parameter: MapParameter,
  other: MapParameter,
  config: Config,
  arch: Architecture,
) {
  const { theory } = config.map;
  const { block, activation } = arch;
  if (parameter === 'gamma' && block !== 'shaped' && block !== 'unshaped') {
    return `${block} blocks have no gamma to vary. Choose another parameter or block.`;
  }
  if ((parameter === 'cPlus' || parameter === 'cMinus') && activation !== 'shapedRelu') {
    return `the activation ${activation} has no ${parameter}. Choose another parameter or activation.`;
  }
  if (parameter === 'width' && other === 'ratio' && theory === 'sde') {
    return 'the SDE knows the width by depth/width alone. Choose map.theory chain.';
  }
  return undefined;
}

/** The axis to blame for what an architecture refuses: the one that varies it, else a related one. */
function blamed(path: string, { x, y }: { x: MapAxis; y: MapAxis }): 'x' | 'y' {
  if (path === x.parameter) return 'x';
  if (path === y.parameter) return 'y';
  const related: readonly MapParameter[] = ['tokens', 'heads', 'width'];
  return related.includes(x.parameter) || !related.includes(y.parameter) ? 'x' : 'y';
}

/** The first cell on each axis that is no architecture. */
function cellIssues(config: Config): ConfigIssue[] {
  const axes = axesOf(config);
  const found = new Map<string, ConfigIssue>();
  for (const y of axes.y.values) {
    for (const x of axes.x.values) {
      try {
        mapCellModel(config.model, { [axes.x.parameter]: x, [axes.y.parameter]: y });
      } catch (error) {
        if (!(error instanceof ArchitectureError)) throw error;
        const cell = `${axes.x.parameter} ${x}, ${axes.y.parameter} ${y}`;
        for (const { path, expected, got, fix } of error.issues) {
          // A head width that follows from the heads is not the mistake; the heads are.
          if (path === 'headWidth' && config.model.headWidth === undefined) continue;
          const at = `map.${blamed(path, axes)}`;
          const message = `in the cell ${cell}: expected ${path} to be ${expected}, got ${got}. ${fix}`;
          if (!found.has(at)) found.set(at, { path: at, message });
        }
      }
    }
  }
  return [...found.values()];
}

/** Depths of the chain's cells: two of one depth would be the same network. */
function ratioIssues(config: Config): ConfigIssue[] {
  const axes = axesOf(config);
  const key = (['x', 'y'] as const).find((own) => axes[own].parameter === 'ratio');
  if (key === undefined || config.map.theory !== 'chain') return [];
  const other = axes[key === 'x' ? 'y' : 'x'];
  const width = other.parameter === 'width' ? other.values[0] : config.model.width;
  const depths = axes[key].values.map((ratio) => Math.max(1, Math.round(ratio * width)));
  const twice = depths.find((depth, i) => i > 0 && depth === depths[i - 1]);
  if (twice === undefined) return [];
  return [
    {
      path: `map.${key}`,
      message: `expected cells of different depths at width ${width}, got depth ${twice} twice. Take fewer cells.`,
    },
  ];
}

/** What keeps the phase diagram of a model from being made; for the command that makes it. */
export function mapModelIssues(config: Config): ConfigIssue[] {
  const { model, map } = config;
  const axes = axesOf(config);
  const cells = cellIssues(config);
  if (cells.length > 0) return cells;
  const { arch } = mapCellModel(model, {
    [axes.x.parameter]: axes.x.values[0],
    [axes.y.parameter]: axes.y.values[0],
  });
  const issues: ConfigIssue[] = [];
  for (const [key, other] of [
    ['x', 'y'],
    ['y', 'x'],
  ] as const) {
    const why = uselessness(axes[key].parameter, axes[other].parameter, config, arch);
    if (why !== undefined) issues.push({ path: `map.${key}`, message: why });
  }
  const refusal = theoryRefusal(arch, map.theory);
  if (refusal !== undefined) {
    const other = map.theory === 'sde' ? 'chain' : 'sde';
    const advice = theoryRefusal(arch, other) === undefined ? ` Choose map.theory ${other}.` : '';
    const reason = refusal.replace(/[;,] use gramChain.*$/, '.');
    issues.push({ path: 'map.theory', message: `${reason}${advice}` });
  }
  const tokens = Object.values(axes).find(({ parameter }) => parameter === 'tokens');
  const most = tokens?.values.at(-1) ?? ownValue(model, 'tokens');
  if (most < 2) {
    issues.push({
      path: 'model.tokens',
      message: `expected at least 2 for a map, as collapse is between tokens, got ${most}. Raise it.`,
    });
  } else if (map.start === 'standard') {
    const least = -1 / (most - 1);
    const rho = map.startRho ?? STANDARD_START_RHO;
    if (rho < least) {
      issues.push({
        path: 'map.startRho',
        message: `expected at least −1/(m − 1) = ${least}, the least that ${most} tokens allow, got ${rho}. Raise it.`,
      });
    }
  }
  return [...issues, ...ratioIssues(config)];
}
