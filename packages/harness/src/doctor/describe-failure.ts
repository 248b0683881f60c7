/**
 * What a failure found and what it advises, for people: of `<place>: expected …, got …. <what to
 * do>`, the place, which is a function or a configuration key, is left out.
 *
 * @returns advice is undefined where the message gives none
 */
export function describeFailure(error: unknown): { detail: string; advice?: string } {
  const message = error instanceof Error ? error.message : String(error);
  const words = message.replace(/^[\w.]+: (?=\S)/, '');
  // A sentence ends at a dot before a capital, not at the one of `.venv` or of a file name; what to
  // do is the last one, since what was found may quote several.
  const [, detail, advice] = /^(.*)\. (?=[A-Z])(.*)$/s.exec(words) ?? [];
  return detail === undefined ? { detail: words.replace(/\.$/, '') } : { detail, advice };
}
