import { zipSync } from 'fflate';
import type { Stage } from '#scripts/forge/conformance/stage.ts';

export async function actions({ bench, app, maintainer, owner, at }: Stage): Promise<void> {
  const { actions: desk } = app.rest;
  await desk.listRepoWorkflows(at);
  await desk.getWorkflow({ ...at, workflow_id: 'check.yml' });
  await desk.createWorkflowDispatch({ ...at, workflow_id: 'check.yml', ref: 'main', inputs: { pull: '7' } });
  await app.rest.repos.createDispatchEvent({ ...at, event_type: 'look', client_payload: { at: 'once' } });
  bench.admin.setEnvironment({
    repository: 'umd/release',
    name: 'publish',
    branches: ['main'],
    reviewers: ['maintainer', 'team:release-team'],
  });
  const { data: main } = await maintainer.rest.git.getRef({ ...at, ref: 'heads/main' });
  const about = {
    repository: 'umd/release',
    workflow_path: '.github/workflows/check.yml',
    name: 'check',
    display_title: 'check 7',
  };
  const { id: run_id } = await bench.runner('POST', '/_runner/runs', {
    ...about,
    event: 'workflow_dispatch',
    head_sha: main.object.sha,
    head_branch: 'main',
    actor: 'maintainer',
    pull_requests: [],
  });
  const job = await bench.runner('POST', `/_runner/runs/${run_id}/jobs`, {
    name: 'check',
    labels: ['ubuntu-latest'],
    permissions: { contents: 'read' },
  });
  await bench.runner('PATCH', `/_runner/jobs/${job.id}`, {
    status: 'completed',
    conclusion: 'success',
    log: 'hello',
    steps: [{ name: 'run', number: 1, status: 'completed', conclusion: 'success' }],
  });
  await bench.runner('POST', `/_runner/runs/${run_id}/jobs`, {
    name: 'publish',
    labels: [],
    permissions: {},
    environment: 'publish',
  });
  await bench.request(`/_runner/runs/${run_id}/artifacts/evidence`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${bench.forge.runnerToken}` },
    body: zipSync({ 'evidence.json': Buffer.from('{}') }),
  });
  await desk.listWorkflowRunsForRepo({ ...at, event: 'workflow_dispatch' });
  await desk.listWorkflowRuns({ ...at, workflow_id: 'check.yml' });
  await desk.getWorkflowRun({ ...at, run_id });
  await desk.listJobsForWorkflowRun({ ...at, run_id });
  await desk.getJobForWorkflowRun({ ...at, job_id: job.id });
  await desk.downloadJobLogsForWorkflowRun({ ...at, job_id: job.id });
  await desk.downloadWorkflowRunLogs({ ...at, run_id });
  const { data: found } = await desk.listArtifactsForRepo({ ...at, name: 'evidence' });
  const artifact_id = found.artifacts[0]?.id ?? 0;
  await desk.listWorkflowRunArtifacts({ ...at, run_id });
  await desk.getArtifact({ ...at, artifact_id });
  await desk.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
  await desk.deleteArtifact({ ...at, artifact_id });
  const { data: pending } = await maintainer.rest.actions.getPendingDeploymentsForRun({ ...at, run_id });
  const environment_ids = [pending[0]?.environment.id ?? 0];
  await maintainer.rest.actions.reviewPendingDeploymentsForRun({
    ...at,
    run_id,
    environment_ids,
    state: 'approved',
    comment: 'go',
  });
  await maintainer.rest.actions.getReviewsForRun({ ...at, run_id });
  await bench.runner('PATCH', `/_runner/runs/${run_id}`, { status: 'completed', conclusion: 'success' });
  await owner.rest.actions.createRepoVariable({ ...at, name: 'STORE', value: 'x' });
  await owner.rest.actions.updateRepoVariable({ ...at, name: 'STORE', value: 'y' });
  await owner.rest.actions.getRepoVariable({ ...at, name: 'STORE' });
  await owner.rest.actions.listRepoVariables(at);
  await owner.rest.actions.deleteRepoVariable({ ...at, name: 'STORE' });
}
