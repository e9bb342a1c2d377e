import { quoted } from '#core/intake/markdown.ts';
import { reportKey } from '#core/verification/report-place.ts';
import { renderWhy, type Why } from '#core/why/why.ts';
import type { PpaFacts, World } from './facts.ts';
import { countedReports } from './moves.ts';
import { selectedTeams } from './people.ts';
import type { Standing } from './standing.ts';
import { stateTitle } from './state.ts';

/** Begins our one comment on a pull request; it is found by this and by its author. */
const MARK = '<!-- provisioning';

export function isSticky(body: string): boolean {
  return body.startsWith(MARK);
}

/** Commit whose check-run holds the standing, as our comment names it: a hint where to look, nothing more. */
export function headNamed(body: string): string | undefined {
  return /^<!-- provisioning head=([0-9a-f]{40}) -->/.exec(body)?.[1];
}

export function marked(head: string, body: string): string {
  return `${MARK} head=${head} -->\n${body}`;
}

/** The one comment of a PPA: where it stands, why, who must act, and what was answered. Says no time that changes by itself. */
export function stickyOf(standing: Standing, why: Why, facts: PpaFacts, world: World): string {
  const parts = [
    `### ${standing.ppa}: ${stateTitle(standing.state)}`,
    renderWhy(why),
    ...olderPart(standing),
    ...evidencePart(standing),
    ...reportsPart(standing, facts, world),
    ...reportPart(standing, facts, world),
    ...answersPart(standing),
    '<sub>Ask by a label, a review or a comment: `/verify`, `/waiting #<issue>`, `/resume`, `/report accept|reject …`, `/why`, `/help`.</sub>',
  ];
  return marked(facts.head, parts.join('\n\n'));
}

function olderPart({ supersedes = [] }: Standing): string[] {
  return supersedes.length === 0 ? [] : [`Supersedes ${supersedes.map((pull) => `#${pull}`).join(', ')}.`];
}

function evidencePart({ evidence, lock, state }: Standing): string[] {
  if (state === 'unverified') return [];
  const about = `Lock \`${lock.slice(0, 16)}\`.`;
  if (evidence === undefined) return [about];
  const { conclusion, rows, environment } = evidence.value;
  const failing = rows.filter(({ result }) => result === 'FAIL').map(({ criterion }) => criterion);
  const failed = failing.length === 0 ? '' : `, failing: ${failing.join(', ')}`;
  return [`${about} Verified by machine on ${environment.platform}: ${conclusion} (${rows.length} criteria${failed}).`];
}

function reportsPart(standing: Standing, facts: PpaFacts, world: World): string[] {
  if (standing.state !== 'staged-rollout' && standing.state !== 'umd-store') return [];
  const reports = countedReports(standing);
  const rows = selectedTeams(standing, facts, world).map((team) => {
    const report = reports.get(team);
    const said = report === undefined ? 'not yet' : `${report.outcome} (@${report.by})`;
    return `| @${world.org}/ea-${team} | ${said} | ${quoted(report?.text ?? '')} |`;
  });
  return rows.length === 0 ? [] : [['| early adopters | report | words |', '|---|---|---|', ...rows].join('\n')];
}

/** The verification report lies beside the repositories once the record is in the candidate, or the PPA is rejected. */
function reportPart({ state }: Standing, { verification, merged, pull }: PpaFacts, { publicUrl }: World): string[] {
  const rejected = state === 'rejected' && !merged;
  const recorded = merged && (state === 'umd-store' || state === 'production');
  const key = rejected || recorded ? reportKey(verification?.text ?? '', rejected ? pull : undefined) : undefined;
  if (key === undefined || publicUrl === '') return [];
  const record = rejected ? `, [record](${publicUrl}/${key}.yml)` : '';
  return [`Verification report: [PDF](${publicUrl}/${key}.pdf), [HTML](${publicUrl}/${key}.html)${record}.`];
}

function answersPart({ answers }: Standing): string[] {
  if (answers.length === 0) return [];
  const lines = answers.map(
    ({ at, by, asked, granted, sentence }) =>
      `- ${at} @${by} \`${asked}\`: ${granted ? '' : '**refused.** '}${sentence}`,
  );
  return [`Asked and answered:\n${lines.join('\n')}`];
}
