import { attentionOf } from './architecture-of.js';
import type { ConfigIssue } from './config-issue.js';
import type { Config, ModelConfig } from './schema.js';

/** The keys of shaped attention alone, and the term that each gain weighs. */
const TERMS = {
  identity: undefined,
  centring: undefined,
  gamma1: 'identity',
  gamma2: 'centring',
} as const;

type Key = keyof typeof TERMS;

/**
 * What is wrong with the terms and gains that a section gives: plain softmax has none, and a gain
 * needs its term.
 *
 * @param own the keys of the section
 * @param model the network that they are part of
 */
export function shapingIssues(
  section: string,
  own: Partial<Pick<ModelConfig, Key>>,
  model: ModelConfig,
): ConfigIssue[] {
  const given = (Object.keys(TERMS) as Key[]).filter((key) => own[key] !== undefined);
  const refuse = (key: Key, where: string, advice: string): ConfigIssue => ({
    path: `${section}.${key}`,
    message: `expected none ${where}, got ${own[key]}. ${advice}`,
  });
  if (attentionOf(model) !== 'shaped') {
    return given.map((key) =>
      refuse(
        key,
        `with softmax attention, as ${model.block} blocks have ${model.attention === undefined ? 'by default' : 'here'}`,
        `Plain softmax has no identity, no centring and no gains: set ${section}.attention to shaped, or leave it out.`,
      ),
    );
  }
  return given.flatMap((key) => {
    const term = TERMS[key];
    if (term === undefined || model[term] !== false) return [];
    return [
      refuse(
        key,
        `where ${term} is false`,
        `There is nothing to weigh: leave it out, or set ${section}.${term} to true.`,
      ),
    ];
  });
}

/** A negative control that would leave the network as it is, so that the check could not fail it. */
export function controlIssues({ model, check }: Config): ConfigIssue[] {
  const control = check.negativeControl;
  const refuse = (lack: string): ConfigIssue[] => [
    {
      path: 'check.negativeControl',
      message: `expected a control that changes the network, got ${control} where ${lack}. Choose another.`,
    },
  ];
  if (control === 'centring') {
    if (attentionOf(model) !== 'shaped') return refuse('attention is plain softmax');
    if (model.centring === false || model.gamma2 === 0) return refuse('there is no centring');
  }
  const activation = model.activation ?? (model.block === 'shaped' ? 'shapedRelu' : 'relu');
  if (control === 'cMinus' && activation !== 'shapedRelu') {
    return refuse(`the activation is ${activation}`);
  }
  return [];
}
