import { markdownOf } from '#core/document/markdown.ts';
import { changeLogOf } from './change-log.ts';
import { changesBySource } from './coverage.ts';
import type { Criteria, PlannedVersion } from './criterion.ts';

/** An issue in which a public draft of the criteria is reviewed (domain.md section 5: two drafts per revision). */
export interface ReviewIssue {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export const REVIEW_LABEL = 'QualityCriteria';

/**
 * Reviews that have begun and not ended, and have no issue yet. A draft's review lasts until the next draft goes out, the
 * last one's until the version's day.
 * @param day `YYYY-MM-DD`
 * @param titles of the issues that are there, open or closed
 */
export function dueReviews(criteria: Criteria, day: string, titles: readonly string[]): ReviewIssue[] {
  const released = new Set(criteria.versions.filter(({ state }) => state !== 'DRAFT').map(({ version }) => version));
  return criteria.roadmap
    .filter(({ version }) => !released.has(version))
    .flatMap((planned) =>
      planned.reviews.flatMap((from, at) => {
        const until = planned.reviews[at + 1] ?? planned.date;
        return from <= day && day < until ? [issueOf(criteria, planned, at, until)] : [];
      }),
    )
    .filter(({ title }) => !titles.includes(title));
}

function issueOf(
  criteria: Criteria,
  { version, date, reviews }: PlannedVersion,
  at: number,
  until: string,
): ReviewIssue {
  return {
    title: `Review of the Quality Criteria ${version}, draft ${at + 1} of ${reviews.length}`,
    labels: [REVIEW_LABEL],
    body: [
      `Draft ${at + 1} of version ${version} is up for review until ${until}; the version is planned for ${date}.`,
      'Say what is wrong or missing in a comment, or open a pull request that changes `criteria/`. Each change names its source.',
      `\`npm run criteria -- documents ${version}\` writes the draft as it would be released, by capability and product.`,
      '## What it changes',
      changesBySource(criteria, version).size === 0 ? 'Nothing yet.' : markdownOf(changeLogOf(criteria, version, 3)),
    ].join('\n\n'),
  };
}
