/** The cells of the tables under a heading, row by row, without their heads. `\|` stands for a bar. */
export function tableRows(text: string, heading: string): readonly (readonly string[])[] {
  const section = text.split(/^#+ /m).find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`no heading '${heading}'`);
  const lines = section.split('\n');
  const isRow = (line: string): boolean => line.startsWith('|');
  return lines
    .filter((line, i) => isRow(line) && !isRule(line) && !isRule(lines[i + 1] ?? ''))
    .map((line) =>
      line
        .replace(/^\||\|$/g, '')
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

function isRule(line: string): boolean {
  return /^\|(\s*:?-+:?\s*\|)+$/.test(line);
}

/** What stands in backquotes in a text. */
export function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
