import { dayOf, plusDays } from '#core/calendar/day.ts';
import { quoted } from '#core/intake/markdown.ts';
import type { Reason } from '#core/why/why.ts';
import { type Case, reason } from './case.ts';
import { countedReports, rolloutBegan } from './moves.ts';
import { selectedTeams, teamsOf } from './people.ts';
import { policyOf } from './quorum.ts';
import { isUrgent } from './standing.ts';

/**
 * domain.md section 3: StagedRollout → UMDStore when all early adopters' reports are in and none rejects; or, where the
 * distribution's silence rule allows it, when enough accept and nobody rejected for so many days. What left staged
 * rollout once is not asked again.
 */
export function rolledOut(given: Case): Reason[] {
  const { standing, facts, world } = given;
  const managers = teamsOf(world, facts.lane, ['staged-rollout-manager']);
  const teams = selectedTeams(standing, facts, world);
  const against = rejections(given);
  if (against.length > 0) return against;
  if (standing.state === 'umd-store') return [];
  if (isUrgent(standing)) return hurried(given);
  if (teams.length === 0)
    return [reason('waiting for item', `No early adopter team is selected ${suggested(given)}.`, managers)];
  const reports = countedReports(standing);
  const missing = teams.filter((team) => !reports.has(team));
  const quiet = quietDay(given);
  if (missing.length === 0 || (quiet !== undefined && quiet <= dayOf(world.now))) return [];
  return missing.map((team) =>
    reason('waiting for item', `Early adopter ${team} ${SILENT}`, `@${world.org}/ea-${team}`, quiet),
  );
}

/** Of an emergency as many accepting reports are wanted as was agreed on; silence keeps nothing back. */
function hurried({ standing, facts, world }: Case): Reason[] {
  const wanted = standing.urgent?.reports ?? 1;
  const accepting = [...countedReports(standing).values()].filter(({ outcome }) => outcome === 'accept').length;
  if (accepting >= wanted) return [];
  const teams = selectedTeams(standing, facts, world);
  const who = teams.map((team) => `@${world.org}/ea-${team}`).join(' or ');
  return [
    reason(
      'waiting for item',
      `Of an emergency ${wanted} accepting report${wanted === 1 ? ' is' : 's are'} wanted (\`/report accept …\`); there ${accepting === 1 ? 'is' : 'are'} ${accepting}.`,
      who === '' ? teamsOf(world, facts.lane, ['staged-rollout-manager']) : who,
    ),
  ];
}

/** The teams that say they try this product on this platform, ready to be typed. */
function suggested({ facts: { id }, world: { adopters } }: Case): string {
  const fits = Object.entries(adopters.teams).filter(
    ([, { products, platforms }]) => products.includes(id.product) && platforms.includes(`${id.os}/${id.arch}`),
  );
  const names = fits.map(([name]) => name).sort();
  return names.length === 0
    ? '(`/ea-teams <team>,<team>`; no team covers it)'
    : `(suggested: \`/ea-teams ${names.join(',')}\`)`;
}

const SILENT = 'has not reported (`/report accept|reject …`).';

/** Is this all that is wrong: somebody has not said a word, or nobody was asked? */
export function isSilence(sentence: string): boolean {
  return sentence.endsWith(SILENT) || sentence.startsWith('No early adopter team is selected');
}

function rejections({ standing, facts, world }: Case): Reason[] {
  const managers = teamsOf(world, facts.lane, ['staged-rollout-manager']);
  const ways = `${managers} (\`/waiting #<issue>\` or \`/reject <reason>\`)`;
  const against = [...countedReports(standing).values()].filter(({ outcome }) => outcome === 'reject');
  return against.map(({ team, text }) =>
    reason('blocked by item', `Early adopter ${team} rejects it: ${quoted(text)}`, ways),
  );
}

/** Day from which silence means consent; undefined: it never does, or too few have accepted. */
function quietDay({ standing, facts, world }: Case): string | undefined {
  const { days, reports } = policyOf(world.distributions, facts.lane).types[standing.type];
  const accepting = [...countedReports(standing).values()].filter(({ outcome }) => outcome === 'accept').length;
  if (days === undefined || accepting < reports) return undefined;
  return dayOf(plusDays(new Date(rolloutBegan(standing)), days));
}
