import { CHECKLIST_LABEL, type ChecklistIssue } from '#core/rollout/checklist.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { timelineOf } from '#shell/github-timeline.ts';

/** Open issues of releases that we keep. */
export async function checklistsOf(access: ForgeAccess, bot: string): Promise<ChecklistIssue[]> {
  const { octokit, owner, repo } = access;
  const params = { owner, repo, labels: CHECKLIST_LABEL, state: 'open', creator: bot, per_page: 100 } as const;
  const found = await octokit.paginate(octokit.rest.issues.listForRepo, params);
  const ours = found.filter(({ user, pull_request }) => user?.login === bot && pull_request === undefined);
  return Promise.all(
    ours.map(async ({ number, title, body }) => ({
      ...{ number, title, open: true, body: (body ?? '').replaceAll('\r\n', '\n') },
      timeline: (await timelineOf(access, number, bot)).timeline,
    })),
  );
}
