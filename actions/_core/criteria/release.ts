import { dump } from 'js-yaml';
import { heading, paragraph } from '#core/document/block.ts';
import { markdownOf } from '#core/document/markdown.ts';
import { refusal } from '#core/fault-codes.ts';
import { changeLogOf } from './change-log.ts';
import { coverageOf } from './coverage.ts';
import type { Criteria, CriteriaVersion, PlannedVersion } from './criterion.ts';
import { compareVersions, inForce } from './versions.ts';

const HEAD = `# Versions of the criteria (domain.md section 5). FINAL is verified with, one per UMD major, a new one every six months.
# The roadmap plans the next two, each with two public drafts; \`npm run criteria -- release\` moves everything on.
# This is the life of this catalogue and not EGI's record: 1.0 and 2.0 are where it began, drawn up from what EGI published.
`;

/**
 * The DRAFT becomes FINAL, the FINAL of the same major DEPRECATED, the next of the roadmap DRAFT, and the roadmap gets
 * another release. Gives the files that change, by path; the change log by source is one of them.
 * @param day of the release, `YYYY-MM-DD`
 * @throws ProvisioningError CRITERIA_INVALID when a review of the draft is still to come
 */
export function releaseDraft(criteria: Criteria, day: string): Readonly<Record<string, string>> {
  const { versions, roadmap } = criteria;
  const draft = versions.find(({ state }) => state === 'DRAFT');
  const [planned, next] = roadmap;
  if (draft === undefined || planned === undefined || next === undefined)
    throw refusal('CRITERIA_INVALID', 'There is no DRAFT, or no version planned after it.');
  if (planned.reviews.some((review) => review > day))
    throw refusal(
      'CRITERIA_INVALID',
      `Version ${draft.version} is still to be reviewed: ${planned.reviews.filter((review) => review > day).join(' and ')}.`,
      {
        hint: 'Release it after its reviews, or move them in criteria/versions.yml. --date names another day than today.',
      },
    );
  const moved = versions.map((each) => {
    if (each === draft) return { ...each, state: 'FINAL', date: day };
    return each.state === 'FINAL' && each.major === draft.major ? { ...each, state: 'DEPRECATED' } : each;
  });
  const following = [...moved, { version: next.version, state: 'DRAFT', major: draft.major, date: next.date }];
  const plan = { versions: following, roadmap: [next, after(next)] };
  const ids = inForce(criteria, draft.version).map(({ id }) => id);
  return {
    'criteria/versions.yml': HEAD + dump(plan, { flowLevel: 2, lineWidth: 120 }),
    [`criteria/released/${draft.version}.yml`]: dump({ version: draft.version, date: day, criteria: ids.sort() }),
    [`criteria/released/${draft.version}.md`]: notesOf(criteria, draft, day),
  };
}

/** As the review of the draft and the index of the documents tell it, kept with what was released. */
function notesOf(criteria: Criteria, { version, major }: CriteriaVersion, day: string): string {
  const { criteria: all, automated, covered, capabilities } = coverageOf(criteria, version);
  const sum = `${all} criteria, ${automated} with an automated check; ${covered} of ${capabilities} capabilities covered.`;
  return markdownOf([
    heading(1, `Quality Criteria ${version}: what changed`),
    paragraph(`FINAL for UMD ${major} since ${day}. ${sum}`),
    ...changeLogOf(criteria, version),
  ]);
}

/** Half a year later, with reviews three months and six weeks before. */
function after({ version, date }: PlannedVersion): PlannedVersion {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const planned = { version: `${major}.${minor + 1}`, date: shifted(date, 184) };
  if (compareVersions(planned.version, version) <= 0) throw refusal('CRITERIA_INVALID', `${version} is no version.`);
  return { ...planned, reviews: [shifted(planned.date, -90), shifted(planned.date, -42)] };
}

function shifted(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
