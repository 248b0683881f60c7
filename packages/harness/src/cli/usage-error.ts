import { nearest } from '../config/nearest.js';
import { usageFailure, type Failure } from '../failure.js';

/**
 * The failure that a message of the argument parser stands for: unknown words with the nearest
 * known one, and which help to read.
 *
 * @param known the command names and the long options of the command
 */
export function usageError(
  message: string,
  command: string,
  known: { commands: readonly string[]; options: readonly string[] },
): Failure {
  const help = `See ${command} --help.`;
  const unknown = /^Unknown (argument|command)s?: (.*)$/.exec(message);
  if (unknown === null) return usageFailure(`${message}. ${help}`);
  const words = unknown[2].split(', ').filter((word) => word !== '');
  const sentences = words.map((word) => {
    const isOption = unknown[1] === 'argument' && known.options.length > 0;
    const near = nearest(word, isOption ? known.options : known.commands);
    const dashes = word.length === 1 ? '-' : '--';
    if (isOption) {
      const asked = `unknown option or argument ${word}.`;
      return near ? `${asked} Did you mean ${dashes}${near}?` : asked;
    }
    const asked = `unknown command ${word}.`;
    return near
      ? `${asked} Did you mean ${near}?`
      : `${asked} Known: ${known.commands.join(', ')}.`;
  });
  return usageFailure(`${[...new Set(sentences)].join(' ')} ${help}`);
}
