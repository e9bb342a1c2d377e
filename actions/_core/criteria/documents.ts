import { type Block, facts, heading, paragraph } from '#core/document/block.ts';
import type { ProductCard } from '#core/product/card.ts';
import { byText } from '#core/text.ts';
import { criteriaFor } from './applied.ts';
import { changeLogOf } from './change-log.ts';
import { coverageOf, isAutomated } from './coverage.ts';
import type { Criteria, Criterion } from './criterion.ts';
import { inForce } from './versions.ts';

export interface CriteriaDocument {
  /** Without ending: `capabilities/file-access`, `products/voms`, `index`. */
  readonly path: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The documents of the FINAL version: an index with coverage and change log, one by capability, one per product. */
export function documentsOf(criteria: Criteria, cards: readonly ProductCard[]): CriteriaDocument[] {
  const all = inForce(criteria, criteria.version).sort((left, right) => byText(left.id, right.id));
  const capabilities = ['generic', ...criteria.capabilities].map((name): CriteriaDocument => {
    const title = `Quality Criteria ${criteria.version}: ${name === 'generic' ? 'any product' : name}`;
    const own = all.filter((criterion) => criterion.capabilities.includes(name));
    return { path: `capabilities/${slug(name)}`, title, blocks: [heading(1, title), ...own.flatMap(describe)] };
  });
  const products = cards.map((card) => productDocument(criteria, card));
  return [indexOf(criteria), ...capabilities, ...products];
}

/** What one product has to meet. Deterministic. */
export function productDocument(criteria: Criteria, card: ProductCard): CriteriaDocument {
  const title = `Quality Criteria ${criteria.version}: ${card.name}`;
  const applied = criteriaFor(criteria, card.profiles);
  const rows = applied.map(({ criterion, critical }) => [
    criterion.id,
    criterion.name,
    critical ? 'critical' : '',
    isAutomated(criterion) ? 'automated' : 'by hand',
  ]);
  const summary: Block = { kind: 'table', head: ['Criterion', 'Name', 'Weight', 'Tested'], rows };
  const about = facts(
    ['Description', card.description],
    ['Provider', card.provider],
    ['Capabilities', card.capabilities.join(', ')],
    ['Profiles', card.profiles.join(', ')],
  );
  const details = applied.flatMap(({ criterion }) => describe(criterion));
  return { path: `products/${card.product}`, title, blocks: [heading(1, title), about, summary, ...details] };
}

const ABOUT =
  'Criteria named QC_… have id, name and weight as EGI published them for versions 6 to 8 of its criteria; all words, all other ' +
  'criteria, the older ids and the versions and dates below are of this catalogue and no record of EGI.';

function indexOf(criteria: Criteria): CriteriaDocument {
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
    {
      kind: 'table',
      head: ['Capability', 'Criteria'],
      rows: Object.entries(coverage.byCapability).map(([name, count]) => [name, String(count)]),
    },
    heading(2, `Changes of version ${version}`),
    ...changeLogOf(criteria, version, 3),
  ];
  return { path: 'index', title, blocks };
}

function rowOf({ version, state, major, date }: Criteria['versions'][number]): string[] {
  return [version, state, String(major), date];
}

const ORIGIN = {
  published: 'id, name and weight as EGI published them; the words are ours',
  own: 'drawn up for this catalogue',
} as const;
const WEIGHTS = { always: 'always', never: 'no' } as const;

function describe(criterion: Criterion): Block[] {
  const { id, name, critical, supersedes, related, log } = criterion;
  const weight = typeof critical === 'string' ? WEIGHTS[critical] : `for products with: ${critical.join(', ')}`;
  const last = log.at(-1);
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
      [
        'Last change',
        last === undefined ? '' : `${last.date}, version ${last.version}, ${last.source}: ${last.change}`,
      ],
    ),
  ];
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
