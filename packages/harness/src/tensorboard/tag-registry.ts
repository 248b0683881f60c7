import type { Plugin } from './tensor-value.js';

interface KnownTag {
  plugin: Plugin;
  lastStep: number;
}

/** Control characters, and slashes that would make an empty group name. */
// eslint-disable-next-line no-control-regex
const BAD_TAG = /[\u0000-\u001f\u007f]|^\/|\/$|\/\/|^$/;

/**
 * What a writer has logged: the kind and last step of every tag.
 *
 * TensorBoard would take any sequence and show part of it: a tag has one kind, and a step that is
 * not after the tag's last one makes it forget every later step. Both are refused here.
 */
export class TagRegistry {
  readonly #known = new Map<string, KnownTag>();

  /**
   * Whether nothing was logged under the tag yet, so that its metadata belongs to this value.
   *
   * @throws RangeError when the tag, its kind or its step cannot be logged
   */
  check(caller: string, tag: string, plugin: Plugin, step: number): boolean {
    if (BAD_TAG.test(tag)) {
      throw new RangeError(
        `${caller}: expected a tag like "group/name", got ${JSON.stringify(tag)}. ` +
          `Leave out control characters and empty parts.`,
      );
    }
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new RangeError(
        `${caller}: expected the step of "${tag}" to be a non-negative integer, got ${step}.`,
      );
    }
    const known = this.#known.get(tag);
    if (!known) return true;
    if (known.plugin !== plugin) {
      throw new RangeError(
        `${caller}: expected "${tag}" to stay with the ${known.plugin} plugin, got a value for ` +
          `${plugin}. Use another tag.`,
      );
    }
    if (step <= known.lastStep) {
      throw new RangeError(
        `${caller}: expected a step after ${known.lastStep} for "${tag}", got ${step}. TensorBoard ` +
          `would drop what was logged from there on; log a second curve under another tag or in ` +
          `another run folder.`,
      );
    }
    return false;
  }

  /** Takes note of a value that is being written. */
  commit(tag: string, plugin: Plugin, step: number): void {
    this.#known.set(tag, { plugin, lastStep: step });
  }
}
