/** `npm run criteria -- coverage [--json] | check | changes [version] | release | documents [--out folder] |
 * try [product …] [--write]`, on this checkout. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { changesBySource, coverageOf } from '#core/criteria/coverage.ts';
import { documentsOf } from '#core/criteria/documents.ts';
import { releaseDraft } from '#core/criteria/release.ts';
import { expiredWaivers } from '#core/criteria/waivers.ts';
import { htmlOf } from '#core/document/html.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { readCriteria } from '#shell/criteria.ts';
import { readProductCards } from '#shell/product-cards.ts';
import { triedDocument } from './tried/document.ts';
import { TRIED, type Tried } from './tried/products.ts';
import { type TriedOutcome, tryProduct } from './tried/try.ts';

const ROOT = resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    date: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const [command = 'coverage', argument] = positionals;

async function main(): Promise<void> {
  const criteria = await readCriteria(ROOT);
  const today = values.date ?? new Date().toISOString().slice(0, 10);
  if (command === 'coverage') {
    const coverage = coverageOf(criteria, argument ?? criteria.version);
    const { version, automated, capabilities, covered } = coverage;
    const said = `Version ${version}: ${coverage.criteria} criteria, ${automated} automated; ${covered} of ${capabilities} capabilities covered.`;
    console.log(values.json ? JSON.stringify(coverage, null, 2) : said);
  } else if (command === 'check') {
    const expired = expiredWaivers(criteria, today);
    for (const { criterion, product, expires, owner } of expired)
      console.error(
        `The waiver of ${criterion} for ${product} ended on ${expires}; ${owner} renews it or takes it out.`,
      );
    if (expired.length > 0) process.exitCode = 1;
    else console.log(`criteria/ is sound; ${criteria.waivers.length} waivers, none past its end.`);
  } else if (command === 'changes') {
    for (const [source, changes] of changesBySource(criteria, argument ?? criteria.version)) {
      console.log(`${source}: ${changes.length}`);
      for (const { id, name, revision } of changes) console.log(`  ${id} ${name}: ${revision.change}`);
    }
  } else if (command === 'release') {
    for (const [path, text] of Object.entries(releaseDraft(criteria, today))) put(join(ROOT, path), text);
  } else if (command === 'documents') {
    const folder = resolve(values.out ?? join(ROOT, '.cache/criteria'));
    for (const { path, title, blocks } of documentsOf(criteria, await readProductCards(ROOT))) {
      put(join(folder, `${path}.md`), markdownOf(blocks));
      put(join(folder, `${path}.html`), htmlOf(title, blocks));
    }
    console.log(folder);
  } else if (command === 'try') await tryAll(positionals.slice(1), today);
  else throw new Error(`"${command}" is none of: coverage, check, changes, release, documents, try.`);
}

/** Real products of Debian, all of them unless named; the network has to be there. */
async function tryAll(named: readonly string[], day: string): Promise<void> {
  const outcomes: (readonly [Tried, TriedOutcome])[] = [];
  for (const name of named.length > 0 ? named : Object.keys(TRIED)) {
    const product = TRIED[name];
    if (product === undefined) throw new Error(`"${name}" is none of: ${Object.keys(TRIED).join(', ')}.`);
    const outcome = await tryProduct(product, { day, say: (line) => values.json || console.error(`  ${line}`) });
    outcomes.push([product, outcome]);
    console.log(`${name}: ${outcome.conclusion}, ${outcome.seconds.toFixed(0)} s`);
    for (const { criterion, result, comment } of outcome.rows) console.log(`  ${criterion} ${result}: ${comment}`);
  }
  if (values.write) put(join(ROOT, 'criteria/TRIED.md'), triedDocument(outcomes, day));
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

try {
  await main();
} catch (accident) {
  const faults = accident instanceof ProvisioningError ? accident.faults : [];
  console.error(faults.length > 0 ? faults.map(showFault).join('\n') : String(accident));
  process.exitCode = 1;
}
