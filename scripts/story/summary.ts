import { published } from './look.ts';
import type { Story } from './story.ts';

/** What happened, for a person: each PPA's end, the repositories, how much was checked, and where to look. */
export async function summary(story: Story, seconds: number): Promise<string> {
  const { octokit } = story.local.people.releaseManager;
  const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...story.local.place, state: 'all', per_page: 100 });
  const ends = pulls
    .filter(({ head }) => head.ref.startsWith('ppa/'))
    .reverse()
    .map(({ title, number, labels }) => {
      const state = labels.map(({ name }) => name).find((name) => name.startsWith('RolloutProgress: '));
      return [title, state?.slice('RolloutProgress: '.length) ?? '?', `${story.local.pagesUrl}/pull/${number}`];
    });
  const repositories = (await published(story))
    .filter(({ packages }) => packages.length > 0)
    .map(({ area, os, part, packages, snapshot, path }) => [
      [area, part].filter((word) => word !== '').join(' '),
      os,
      `${packages.length} package${packages.length === 1 ? '' : 's'}`,
      snapshot.slice(0, 12),
      `${story.local.publicUrl}/${path}/`,
    ]);
  const { data: runs } = await octokit.rest.actions.listWorkflowRunsForRepo({ ...story.local.place, per_page: 1 });
  return [
    '',
    `${story.checks.done} things checked at every station, ${runs.total_count} workflow runs, ${seconds.toFixed(0)} s.`,
    story.ticks.length === 0
      ? 'Every step followed from an event.'
      : `${story.ticks.length} times the schedule had to ring.`,
    '',
    'PPAs',
    ...table(ends),
    '',
    'Repositories',
    ...table(repositories),
    '',
    `Pull requests  ${story.local.pagesUrl}/pulls?state=all`,
    `Workflow runs  ${story.local.pagesUrl}/actions`,
    `Repositories   ${story.local.publicUrl}/`,
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
