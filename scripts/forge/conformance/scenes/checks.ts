import type { Stage } from '#scripts/forge/conformance/stage.ts';

export async function checks({ app, maintainer, at }: Stage): Promise<void> {
  const { data: main } = await maintainer.rest.git.getRef({ ...at, ref: 'heads/main' });
  const head_sha = main.object.sha;
  await app.rest.repos.createCommitStatus({
    ...at,
    sha: head_sha,
    state: 'success',
    context: 'ci',
    description: 'fine',
    target_url: 'http://localhost/x',
  });
  await app.rest.repos.getCombinedStatusForRef({ ...at, ref: 'main' });
  await app.rest.repos.listCommitStatusesForRef({ ...at, ref: head_sha });
  const { data: check } = await app.rest.checks.create({
    ...at,
    name: 'why',
    head_sha,
    status: 'in_progress',
    output: { title: 'Waits', summary: 'for a verifier' },
  });
  const annotations = [
    { path: 'README.md', start_line: 1, end_line: 1, annotation_level: 'notice' as const, message: 'hello' },
  ];
  await app.rest.checks.update({
    ...at,
    check_run_id: check.id,
    conclusion: 'success',
    output: { title: 'Done', summary: 'all', annotations },
  });
  await app.rest.checks.get({ ...at, check_run_id: check.id });
  await app.rest.checks.listAnnotations({ ...at, check_run_id: check.id });
  await app.rest.checks.listForRef({ ...at, ref: 'main' });
  const { data: suites } = await app.rest.checks.listSuitesForRef({ ...at, ref: 'main' });
  const check_suite_id = suites.check_suites[0]?.id ?? 0;
  await app.rest.checks.getSuite({ ...at, check_suite_id });
  await app.rest.checks.listForSuite({ ...at, check_suite_id });
}
