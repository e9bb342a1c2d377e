import { type Block, facts, heading, paragraph } from '#core/document/block.ts';
import type { ProductCard } from '#core/product/card.ts';
import { byText } from '#core/text.ts';
import { criteriaFor } from './applied.ts';
import { changeLogOf } from './change-log.ts';
import { type Coverage, coverageOf, isAutomated } from './coverage.ts';
import type { Criteria, Criterion } from './criterion.ts';
import { compareVersions, inForce } from './versions.ts';

export interface CriteriaDocument {
  /** Without ending: `capabilities/file-access`, `products/voms`, `index`. */
  readonly path: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The documents of `criteria.version`, the FINAL one or a public draft: an index with coverage and change log, one by capability, one per product. */
export function documentsOf(criteria: Criteria, cards: readonly ProductCard[]): CriteriaDocument[] {
  const all = inForce(criteria, criteria.version).sort((left, right) => byText(left.id, right.id));
  const capabilities = ['generic', ...criteria.capabilities].map((name): CriteriaDocument => {
    const title = `Quality Criteria ${criteria.version}: ${name === 'generic' ? 'any product' : name}`;
    const own = all.filter((criterion) => criterion.capabilities.includes(name));
    const applied = own.map((criterion) => ({ criterion, weight: weightOf(criterion) }));
    const details = own.flatMap((criterion) => describe(criterion, criteria.version));
    return { path: pathOf(name), title, blocks: [heading(1, title), ...overviewOf(applied), ...details] };
  });
  const products = cards.map((card) => productDocument(criteria, card));
  return [indexOf(criteria, cards), ...capabilities, ...products];
}

/** What one product has to meet. Deterministic. */
export function productDocument(criteria: Criteria, card: ProductCard): CriteriaDocument {
  const title = `Quality Criteria ${criteria.version}: ${card.name}`;
  const applied = criteriaFor(criteria, card.profiles);
  const about = facts(
    ['Description', card.description],
    ['Provider', card.provider],
    ['Capabilities', card.capabilities.join(', ')],
    ['Profiles', card.profiles.join(', ')],
  );
  const weighed = applied.map(({ criterion, critical }) => ({ criterion, weight: critical ? 'critical' : '' }));
  const details = applied.flatMap(({ criterion }) => describe(criterion, criteria.version));
  const blocks = [heading(1, title), about, ...overviewOf(weighed), ...details];
  return { path: `products/${card.product}`, title, blocks };
}

const [CRITICAL, OTHER] = ['critical', 'other'];

/** Picture and table of what follows, so that a reader sees it whole before its parts. */
function overviewOf(all: readonly { readonly criterion: Criterion; readonly weight: string }[]): Block[] {
  const counts = (grave: boolean) =>
    [true, false].map(
      (byMachine) =>
        all.filter(({ criterion, weight }) => (weight !== '') === grave && isAutomated(criterion) === byMachine).length,
    );
  return [
    {
      kind: 'bars',
      title: `${all.length} criteria`,
      series: TESTED,
      bars: [
        [CRITICAL, counts(true)],
        [OTHER, counts(false)],
      ],
    },
    {
      kind: 'table',
      head: ['Criterion', 'Name', 'Weight', 'Tested'],
      rows: all.map(({ criterion, weight }) => [
        criterion.id,
        criterion.name,
        weight,
        isAutomated(criterion) ? 'automated' : 'by hand',
      ]),
      links: Object.fromEntries(all.map(({ criterion: { id } }) => [id, `#${id}`])),
    },
  ];
}

const TESTED = [
  { name: 'automated', tone: 'plain' },
  { name: 'by hand', tone: 'faint' },
] as const;

const ABOUT =
  'Criteria named QC_… have id, name, weight and older ids as EGI published them for versions 6 to 8 of its criteria; all words, ' +
  'all other criteria, and the versions and dates below are of this catalogue and no record of EGI.';

function indexOf(criteria: Criteria, cards: readonly ProductCard[]): CriteriaDocument {
  const { version, versions, roadmap } = criteria;
  const title = `Quality Criteria ${version}`;
  const coverage = coverageOf(criteria, version);
  const blocks: Block[] = [
    heading(1, title),
    paragraph(
      `${coverage.criteria} criteria, ${coverage.automated} with an automated check. They cover ${coverage.covered} of ${coverage.capabilities} capabilities.`,
    ),
    paragraph(ABOUT),
    heading(2, 'Versions'),
    { kind: 'table', head: ['Version', 'State', 'For UMD', 'Date'], rows: versions.map(rowOf) },
    heading(2, 'Roadmap'),
    {
      kind: 'table',
      head: ['Version', 'First draft', 'Second draft', 'Release'],
      rows: roadmap.map(({ version: planned, reviews, date }) => [planned, ...reviews, date]),
    },
    heading(2, 'Criteria by capability'),
    coverageBars(criteria, coverage),
    {
      kind: 'table',
      head: ['Capability', 'Criteria', 'Critical', 'Automated'],
      rows: Object.keys(coverage.byCapability).map((name) => capabilityRow(criteria, name)),
      links: Object.fromEntries(Object.keys(coverage.byCapability).map((name) => [name, pathOf(name)])),
    },
    heading(2, 'Criteria by product'),
    {
      kind: 'table',
      head: ['Product', 'Provider', 'Criteria', 'Critical', 'Automated'],
      rows: cards.map((card) => productRow(criteria, card)),
      links: Object.fromEntries(cards.map(({ name, product }) => [name, `products/${product}`])),
    },
    heading(2, `Changes of version ${version}`),
    ...changeLogOf(criteria, version, 3),
  ];
  return { path: 'index', title, blocks };
}

/** A capability without a criterion has no bar: the gap is seen. */
function coverageBars(criteria: Criteria, { version, byCapability }: Coverage): Block {
  const all = inForce(criteria, version);
  const bars = Object.keys(byCapability).map((name) => {
    const own = all.filter(({ capabilities }) => capabilities.includes(name));
    const automated = own.filter(isAutomated).length;
    return [name, [automated, own.length - automated]] as const;
  });
  return { kind: 'bars', title: `Criteria of version ${version} by capability`, series: TESTED, bars };
}

function capabilityRow(criteria: Criteria, name: string): string[] {
  const own = inForce(criteria, criteria.version).filter(({ capabilities }) => capabilities.includes(name));
  const grave = own.filter(({ critical }) => critical !== 'never').length;
  return [name, ...[own.length, grave, own.filter(isAutomated).length].map(String)];
}

function productRow(criteria: Criteria, { name, provider, profiles }: ProductCard): string[] {
  const applied = criteriaFor(criteria, profiles);
  const grave = applied.filter(({ critical }) => critical).length;
  const automated = applied.filter(({ criterion }) => isAutomated(criterion)).length;
  return [name, provider, ...[applied.length, grave, automated].map(String)];
}

function rowOf({ version, state, major, date }: Criteria['versions'][number]): string[] {
  return [version, state, String(major), date];
}

const ORIGIN = {
  published: 'id, name and weight as EGI published them; the words are ours',
  own: 'drawn up for this catalogue',
} as const;
const WEIGHTS = { always: 'always', never: 'no' } as const;

function weightOf({ critical }: Criterion): string {
  if (typeof critical !== 'string') return `critical for products with: ${critical.join(', ')}`;
  return critical === 'always' ? 'critical' : '';
}

/** @param version that is FINAL: what a later one words anew is read already, and says so */
function describe(criterion: Criterion, version: string): Block[] {
  const { id, name, critical, supersedes, related, log } = criterion;
  const weight = typeof critical === 'string' ? WEIGHTS[critical] : `for products with: ${critical.join(', ')}`;
  const revisions = log.map(
    ({ date, version: of, source, change, reference }) =>
      `${date}, version ${of}${compareVersions(of, version) > 0 ? ' (draft)' : ''}, ${source}: ${change}${reference === undefined ? '' : ` [${reference}]`}`,
  );
  return [
    heading(2, `${id} ${name}`, id),
    paragraph(criterion.description),
    facts(
      ['Critical', weight],
      ['Origin', ORIGIN[criterion.origin]],
      ['Applies to', criterion.applicability],
      ['From the provider', criterion.input],
      ['Passes when', criterion.pass],
      ['How to test', criterion.howToTest],
      ['Automated check', isAutomated(criterion) ? criterion.check : ''],
      ['Related', related.join(', ')],
      ['Supersedes', supersedes.join(', ')],
      ['Revisions', revisions.join('; ')],
    ),
  ];
}

/** Of the document of a capability, without ending. */
function pathOf(name: string): string {
  return `capabilities/${slug(name)}`;
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
