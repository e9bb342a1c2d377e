import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { changesBySource, coverageOf } from '#core/criteria/coverage.ts';
import type { Criteria } from '#core/criteria/criterion.ts';
import { documentsOf } from '#core/criteria/documents.ts';
import { lostSince } from '#core/criteria/history.ts';
import { releaseDraft } from '#core/criteria/release.ts';
import { expiredWaivers, waiversOfNothing } from '#core/criteria/waivers.ts';
import { htmlOf } from '#core/document/html.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { refusal } from '#core/fault-codes.ts';
import { showFault } from '#core/faults.ts';
import { readCriteria } from '#shell/criteria.ts';
import { formerLists } from '#shell/criteria-history.ts';
import { readProductCards } from '#shell/product-cards.ts';
import { dayOption, runCommand } from './command-line.ts';
import { triedDocument } from './tried/document.ts';
import { TRIED, type Tried } from './tried/products.ts';
import { type TriedOutcome, tryProduct } from './tried/try.ts';

const ROOT = resolve(import.meta.dirname, '..');
const USAGE = `npm run criteria                                  how many criteria and capabilities, as coverage
npm run criteria -- coverage [version] [--json]   the same of a version, by capability
npm run criteria -- check                         is everything under criteria/ sound, is no waiver past its end?
npm run criteria -- changes [version]             what the version changed, by source
npm run criteria -- release [version]             makes the DRAFT the next FINAL, with its change log, in this checkout
npm run criteria -- documents [version] [--out folder]  by capability and product, Markdown and HTML; of the FINAL, or a draft
npm run criteria -- try [product …] [--write]     real products of Debian on throw-away systems; wants the network and root
Options: --date YYYY-MM-DD (today), --json.`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  date: { type: 'string' },
  write: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [command = 'coverage', argument] = positionals;
  mustTake(command, positionals.slice(1));
  const today = values.date === undefined ? new Date().toISOString().slice(0, 10) : dayOption(values.date);
  const criteria = await readCriteria(ROOT);
  if (command === 'coverage') {
    const coverage = coverageOf(criteria, versionNamed(argument, criteria));
    const { version, automated, capabilities, covered } = coverage;
    const said = `Version ${version}: ${coverage.criteria} criteria, ${automated} automated; ${covered} of ${capabilities} capabilities covered.`;
    console.log(values.json ? JSON.stringify(coverage, null, 2) : said);
  } else if (command === 'check') {
    const expired = expiredWaivers(criteria, today);
    for (const { criterion, product, expires, owner } of expired)
      console.error(
        `The waiver of ${criterion} for ${product} ended on ${expires}; ${owner} renews it or takes it out.`,
      );
    const products = (await readProductCards(ROOT)).map(({ product }) => product);
    const aimless = waiversOfNothing(criteria, products);
    for (const { criterion, product } of aimless)
      console.error(
        `${criterion} is waived for ${product}, which has no product card; there are ${products.join(', ')}.`,
      );
    const former = await formerLists(ROOT);
    const lost = former.flatMap(({ at, files }) => lostSince(at, files, criteria));
    for (const each of lost) console.error(showFault(each));
    if (expired.length + aimless.length + lost.length > 0) process.exitCode = 1;
    else console.log(`criteria/ is sound; ${criteria.waivers.length} waivers, none past its end.`);
    const held = `Ids held against ${former.map(({ at }) => at).join(', ')}: ${lost.length === 0 ? 'none is lost' : 'see above'}.`;
    if (former.length > 0) console.log(held);
    else console.error('IDS WERE NOT COMPARED: Git has no history here. Fetch it whole: git fetch --unshallow --tags.');
  } else if (command === 'changes') {
    for (const [source, changes] of changesBySource(criteria, versionNamed(argument, criteria))) {
      console.log(`${source}: ${changes.length}`);
      for (const { id, name, revision } of changes) console.log(`  ${id} ${name}: ${revision.change}`);
    }
  } else if (command === 'release') {
    const draft = criteria.versions.find(({ state }) => state === 'DRAFT')?.version ?? '';
    if (argument !== undefined && argument !== draft)
      throw refusal('INPUT_INVALID', `Version ${versionNamed(argument, criteria)} is not the DRAFT; that is ${draft}.`);
    for (const [path, text] of Object.entries(releaseDraft(criteria, today))) {
      put(join(ROOT, path), text);
      console.log(path);
    }
    console.error(`Version ${draft} is FINAL with these files; look at them and hand them in as a pull request.`);
  } else if (command === 'documents') {
    const folder = resolve(values.out ?? join(ROOT, '.cache/criteria'));
    const wanted = { ...criteria, version: versionNamed(argument, criteria) };
    for (const { path, title, blocks } of documentsOf(wanted, await readProductCards(ROOT))) {
      put(join(folder, `${path}.md`), markdownOf(blocks));
      put(join(folder, `${path}.html`), htmlOf(title, blocks));
    }
    console.log(folder);
  } else if (command === 'try') await tryAll(positionals.slice(1), today, values);
  else throw refusal('INPUT_INVALID', `"${command}" is none of: coverage, check, changes, release, documents, try.`);
}

const TAKES: Readonly<Record<string, number>> = { coverage: 1, changes: 1, release: 1, check: 0, documents: 1 };

/** @throws ProvisioningError INPUT_INVALID: what nobody asked for might be done, and what was asked for not */
function mustTake(command: string, named: readonly string[]): void {
  const more = named.slice(TAKES[command] ?? named.length);
  if (more.length > 0) throw refusal('INPUT_INVALID', `${command} takes no "${more.join(' ')}".`);
}

/** @throws ProvisioningError INPUT_INVALID: of a version that is nowhere, anything would be said */
function versionNamed(named: string | undefined, { version, versions }: Criteria): string {
  if (named === undefined || versions.some((each) => each.version === named)) return named ?? version;
  const known = versions.map((each) => `${each.version} (${each.state})`).join(', ');
  throw refusal('INPUT_INVALID', `There is no version ${named} of the criteria; there are ${known}.`);
}

/** Real products of Debian, all of them unless named; the network has to be there. */
async function tryAll(
  named: readonly string[],
  day: string,
  values: { readonly json: boolean; readonly write: boolean },
): Promise<void> {
  const outcomes: (readonly [Tried, TriedOutcome])[] = [];
  for (const name of named.length > 0 ? named : Object.keys(TRIED)) {
    const product = TRIED[name];
    if (product === undefined)
      throw refusal('INPUT_INVALID', `"${name}" is none of: ${Object.keys(TRIED).join(', ')}.`);
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

await runCommand(USAGE, main);
