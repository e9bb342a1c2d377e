import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { missing } from './needs.ts';
import { benchPublish, type PublishReport, table } from './publish/report.ts';
import type { PublisherName } from './race/publishers.ts';
import { race, type Through } from './race/race.ts';
import { benchReconcile } from './reconcile/report.ts';
import { benchReal } from './verify/real.ts';
import { realTable } from './verify/real-table.ts';
import { benchVerify } from './verify/verify.ts';

/** `npm run bench -- publish|race|verify`: measures by hand what no timed test may assert. Progress goes to standard error. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    formats: { type: 'string', default: 'rpm,deb' },
    sets: { type: 'string', default: 'generated,real' },
    runs: { type: 'string' },
    delays: { type: 'string', default: '0,50,500' },
    publisher: { type: 'string', default: 'ours' },
    through: { type: 'string', default: 'nothing' },
    beside: { type: 'string', default: '2' },
    product: { type: 'string' },
    platform: { type: 'string' },
  },
});
const say = (line: string) => console.error(line);
const numbers = (text: string) => text.split(',').map(Number);
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`;

const [what] = positionals;
if (what === 'verify' && values.product !== undefined) {
  const { product, platform } = values;
  const report = await benchReal(product, { runs: Number(values.runs ?? 1), platform }, say);
  console.log(values.json ? JSON.stringify({ machine, ...report }) : `${machine}\n${realTable(report)}`);
  process.exit(0);
}
if (what === 'verify') {
  const beside = Number(values.beside);
  const { runs, ...taken } = await benchVerify({ runs: Number(values.runs ?? 3), beside }, say);
  const { bare, ours, together } = taken;
  const rows = { 'bare commands': bare, ours, [`${beside} of ours side by side`]: together };
  if (values.json) console.log(JSON.stringify({ machine, runs, ...taken }));
  else {
    console.log(`${machine}, median of ${runs}`);
    for (const [name, { clock, cpu }] of Object.entries(rows))
      console.log(`${name}: ${clock.toFixed(1)} s, of CPU ${cpu.toFixed(1)} s`);
    const overhead = [ours.clock - bare.clock, ours.cpu - bare.cpu].map((value) => value.toFixed(1));
    console.log(`overhead: ${overhead[0]} s, of CPU ${overhead[1]} s`);
  }
  process.exit(0);
}
const lacking = what === 'reconcile' ? [] : missing(what === 'race' ? values.publisher : 'publish');
if (what === 'reconcile') {
  const rows = await benchReconcile(numbers(values.sizes ?? '10,100,1000'), say);
  if (values.json) console.log(JSON.stringify({ machine, rows }));
  else
    console.table(
      rows.flatMap(({ pulls, ...looks }) =>
        Object.entries(looks).map(([kind, look]) => ({ pulls, look: kind, ...look })),
      ),
    );
} else if (lacking.length > 0) {
  console.error(`Missing: ${lacking.join(', ')}. Type: apt-get install -y ${lacking.join(' ')}`);
  process.exitCode = 1;
} else if (what === 'publish') {
  const formats = values.formats.split(',') as ('rpm' | 'deb')[];
  const report = await benchPublish({
    sizes: numbers(values.sizes ?? '500,1500,10000,50000'),
    formats,
    sets: values.sets.split(',') as ('generated' | 'real')[],
    runs: Number(values.runs ?? 7),
    machine,
    say,
  });
  if (values.readme) intoReadme(report);
  console.log(values.json ? JSON.stringify(report) : table(report));
} else if (what === 'race' && ['nothing', 'caches'].includes(values.through)) {
  const publisher = values.publisher as PublisherName;
  const through = values.through as Through;
  const rows = await race({
    publisher,
    runs: Number(values.runs ?? 100),
    delays: numbers(values.delays),
    through,
    say,
  });
  const failures = rows.reduce((sum, row) => sum + row.failures, 0);
  if (values.json) console.log(JSON.stringify({ machine, rows }));
  else console.table(rows);
  if (publisher === 'ours' && failures > 0) process.exitCode = 1;
} else {
  console.error(
    'npm run bench -- publish [--json] [--readme] [--sizes 500,1500] [--formats rpm,deb] [--sets generated,real] [--runs 7]',
  );
  console.error('npm run bench -- reconcile [--json] [--sizes 10,100,1000]');
  console.error('npm run bench -- verify [--json] [--runs 3] [--beside 2]');
  console.error(
    'npm run bench -- verify --product bdii [--platform debian-12/amd64] [--json] [--runs 1]   a real one, whole; wants the network',
  );
  console.error(
    'npm run bench -- race [--json] [--runs 100] [--delays 0,50,500] [--publisher ours|aptly|createrepo_c] [--through caches]',
  );
  process.exitCode = 2;
}

/** Between its markers, and nothing else of the README. */
function intoReadme(report: PublishReport): void {
  const file = resolve(import.meta.dirname, '../../README.md');
  const part = /(<!-- bench publish -->\n)[\s\S]*?(<!-- \/bench publish -->)/;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!part.test(text)) throw new Error('README.md has no <!-- bench publish --> … <!-- /bench publish -->.');
  writeFileSync(
    file,
    text.replace(part, (_, begin: string, end: string) => `${begin}${table(report)}\n${end}`),
  );
}
