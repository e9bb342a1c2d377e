/** Text of strangers inside our Markdown: no table breaks, no HTML, no mention that rings somebody, no link. */
export function quoted(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim().slice(0, 500);
  return plain.replace(/[&<>|`*_[\]\\@#]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** `rows` as a table; cells must be quoted already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Facts for our own eyes at the end of a comment or body; values are plain words. */
export function marker(kind: string, facts: Readonly<Record<string, string>>): string {
  return `<!-- umd:${kind} ${Object.entries(facts)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')} -->`;
}

/** The facts of the first marker of this kind; undefined when there is none. */
export function readMarker(kind: string, text: string): Readonly<Record<string, string | undefined>> | undefined {
  const found = new RegExp(`<!-- umd:${kind} ([^<>]*) -->`).exec(text)?.[1];
  if (found === undefined) return undefined;
  return Object.fromEntries(found.split(' ').map((fact) => [fact.split('=')[0], fact.split('=').slice(1).join('=')]));
}
