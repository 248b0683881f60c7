/**
 * A table in Markdown.
 *
 * @param {(string | number)[]} head
 * @param {(string | number)[][]} rows cells that hold no unescaped `|`
 */
export function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
