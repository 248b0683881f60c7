/** A loop to write out: `unroll: for (let k = 0; k < 8; k++) {`, bounds in whole numbers. */
const HEAD = /^( *)unroll: for \(let (\w+) = ([^;]+); \2 < ([^;]+); \2\+\+\) \{\n/m;

/**
 * AssemblyScript with its loops labelled `unroll` written out: the counter becomes a number wherever it
 * stands alone or, as `$k`, within a name, so that `sum$k` is sum0, sum1, …
 *
 * @param {string} source
 * @throws Error when a labelled loop is not understood
 */
export function unroll(source) {
  let text = source;
  for (let found = HEAD.exec(text); found !== null; found = HEAD.exec(text)) {
    const [head, indent, name, from, to] = found;
    const start = found.index + head.length;
    const end = text.indexOf(`\n${indent}}\n`, found.index);
    if (end < 0) throw refusal('a brace below its loop', head);
    const body = text.slice(start, end + 1);
    let copies = '';
    for (let k = wholeNumber(from, head); k < wholeNumber(to, head); k++) {
      copies += body.replace(new RegExp(`\\$${name}|\\b${name}\\b`, 'g'), String(k));
    }
    text = text.slice(0, found.index) + copies + text.slice(end + indent.length + 3);
  }
  const left = /^.*\bunroll:.*$/m.exec(text);
  if (left !== null) throw refusal('"unroll: for (let k = 0; k < 8; k++) {"', left[0]);
  return text;
}

/** The sum that a bound says, such as `4`, or `3 + 1` where the counter of an outer loop stood. */
function wholeNumber(bound, head) {
  const terms = bound.split('+').map((term) => term.trim());
  if (!terms.every((term) => /^\d+$/.test(term))) throw refusal('bounds of numbers', head);
  return terms.reduce((sum, term) => sum + Number(term), 0);
}

const refusal = (expected, got) =>
  new Error(`unroll: expected ${expected}, got "${got.trim()}". Correct the loop.`);
