/** Text with `\n` line ends, whatever it was cut into. */
export function* lineEnds(parts: Iterable<string>): Generator<string> {
  let held = '';
  for (const part of parts) {
    const text = held + part;
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replaceAll('\r\n', '\n');
  }
  yield held;
}

/** Text without space at its start and end. No part is empty; of nothing but space there is none. */
export function* trimmed(parts: Iterable<string>): Generator<string> {
  let isStarted = false;
  let held: string[] = [];
  for (const part of parts) {
    const text = isStarted ? part : part.trimStart();
    if (text === '') continue;
    isStarted = true;
    const kept = text.trimEnd();
    if (kept !== '') {
      yield held.join('') + kept;
      held = [];
    }
    held.push(text.slice(kept.length));
  }
}

/** Lines with their number, from 1. A line longer than `longest` characters ends the reading. */
export function* numberedLines(
  parts: Iterable<string>,
  longest: number,
): Generator<{ line: string; number: number } | { tooLong: number }> {
  let held: string[] = [];
  let heldLength = 0;
  let number = 1;
  for (const part of parts) {
    const pieces = part.split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      held.push(piece);
      yield { line: held.join(''), number: number++ };
      held = [];
      heldLength = 0;
    }
    held.push(last);
    heldLength += last.length;
    if (heldLength > longest) return void (yield { tooLong: number });
  }
  yield { line: held.join(''), number };
}
