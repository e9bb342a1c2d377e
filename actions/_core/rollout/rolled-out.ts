import { quoted } from '#core/intake/markdown.ts';
import type { Reason } from '#core/why/why.ts';
import { type Case, reason } from './case.ts';
import { countedReports } from './moves.ts';
import { selectedTeams, teamsOf } from './people.ts';

/** domain.md section 3: StagedRollout → UMDStore when all early adopters' reports are in and none rejects. */
export function rolledOut(given: Case): Reason[] {
  const { standing, facts, world } = given;
  const managers = teamsOf(world, facts.lane, ['staged-rollout-manager']);
  const teams = selectedTeams(standing, facts, world);
  if (teams.length === 0)
    return [reason('waiting for item', 'No early adopter team is selected (`/ea-teams <team>,<team>`).', managers)];
  const reports = countedReports(standing);
  return teams.flatMap((team) => {
    const report = reports.get(team);
    if (report === undefined)
      return [
        reason(
          'waiting for item',
          `Early adopter ${team} has not reported (\`/report accept|reject …\`).`,
          `@${world.org}/ea-${team}`,
        ),
      ];
    if (report.outcome === 'accept') return [];
    return [
      reason(
        'blocked by item',
        `Early adopter ${team} rejects it: ${quoted(report.text)}`,
        `${managers} (\`/waiting #<issue>\` or \`/reject <reason>\`)`,
      ),
    ];
  });
}
