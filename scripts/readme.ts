import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { REMEDIES } from '#core/fault-codes.ts';

/** The README's generated part: the table of errors, from the one list of codes. `npm run readme` writes it. */
const FILE = join(resolve(import.meta.dirname, '..'), 'README.md');
const PART = /(<!-- errors -->\n)[\s\S]*?(<!-- \/errors -->)/;

export function withErrors(text: string): string {
  const rows = Object.entries(REMEDIES).map(
    ([code, remedy]) => `| \`${code}\` | ${remedy.replaceAll('|', '\\|').replaceAll('<', '&lt;')} |`,
  );
  return text.replace(
    PART,
    (_, begin: string, end: string) => `${begin}| code | what to do |\n|---|---|\n${rows.join('\n')}\n${end}`,
  );
}

export function readme(): string {
  return readFileSync(FILE, 'utf8');
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename)
  writeFileSync(FILE, withErrors(readme()));
