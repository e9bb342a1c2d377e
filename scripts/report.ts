/** `npm run report -- <verification.yml> [--out folder] [--date YYYY-MM-DD]`: the report as PDF, HTML and Markdown. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { htmlOf } from '#core/document/html.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { reportOf } from '#core/verification/report.ts';
import { parseVerification } from '#core/verification/verification.ts';
import { soundOf } from '#core/yaml.ts';
import { pdfOf } from '#shell/document/pdf.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: '.' }, date: { type: 'string' } },
});
const [file] = positionals;
if (file === undefined) {
  console.error('Name a verification.yml.');
  process.exit(2);
}
const { name, title, blocks } = reportOf(soundOf(parseVerification(readFileSync(file, 'utf8'), { file })));
const path = (ending: string) => join(resolve(values.out), `${name}.${ending}`);
mkdirSync(resolve(values.out), { recursive: true });
writeFileSync(path('html'), htmlOf(title, blocks));
writeFileSync(path('md'), markdownOf(blocks));
writeFileSync(path('pdf'), await pdfOf(title, blocks, values.date === undefined ? new Date() : new Date(values.date)));
console.log(path('pdf'));
