import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { htmlOf } from '#core/document/html.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { refusal } from '#core/fault-codes.ts';
import { reportOf } from '#core/verification/report.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { soundOf } from '#core/yaml.ts';
import { pdfOf } from '#shell/document/pdf.ts';
import { dayOption, runCommand } from './command-line.ts';

const USAGE = `npm run report -- <verification.yml> [--out folder] [--date YYYY-MM-DD]
The verification report of a PPA as PDF, HTML and Markdown; the date stands in the PDF's properties (today).`;

await runCommand(USAGE, async () => {
  const options = { out: { type: 'string', default: '.' }, date: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw refusal('INPUT_INVALID', 'Name one verification.yml.');
  const date = values.date === undefined ? new Date() : new Date(dayOption(values.date));
  const { name, title, blocks } = reportOf(soundOf(parseVerification(textOf(file), { file })));
  const path = (ending: string) => join(resolve(values.out), `${name}.${ending}`);
  mkdirSync(resolve(values.out), { recursive: true });
  writeFileSync(path('html'), htmlOf(title, blocks));
  writeFileSync(path('md'), markdownOf(blocks));
  writeFileSync(path('pdf'), await pdfOf(title, blocks, date));
  for (const ending of ['pdf', 'html', 'md']) console.log(path(ending));
});

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw refusal('INPUT_INVALID', `${file} cannot be read (${(cause as { code?: string }).code}).`, { cause });
  }
}
