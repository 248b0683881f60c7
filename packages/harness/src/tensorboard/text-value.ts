import { stringTensor, type PluginValue } from './tensor-value.js';

/** Markdown as TensorBoard's text page shows it. */
export function textValue(markdown: string): PluginValue {
  return { plugin: 'text', value: stringTensor([new TextEncoder().encode(markdown)]) };
}
