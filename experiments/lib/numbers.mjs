/** A number with a few significant digits and a true minus. */
export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 1e5 || size < 1e-3
      ? scientific(value, digits)
      : String(Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1))))));
  return text.replace('-', '−');
}

const SUPERSCRIPTS = { '-': '⁻', '+': '' };

function scientific(value, digits) {
  const [factor, exponent] = value.toExponential(digits - 1).split('e');
  const raised = [...exponent].map((c) => SUPERSCRIPTS[c] ?? '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]).join('');
  return `${Number(factor)}·10${raised}`;
}

/** A Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
