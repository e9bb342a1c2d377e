import type { Stage } from '#scripts/forge/conformance/stage.ts';

export async function repositories({ owner, outsider, at }: Stage): Promise<void> {
  await owner.rest.repos.get(at);
  await owner.rest.repos.update({ ...at, description: 'Releases' });
  await owner.rest.repos.listForOrg({ org: 'umd' });
  await owner.rest.repos.listForAuthenticatedUser();
  await owner.rest.repos.listForUser({ username: 'owner' });
  await owner.rest.repos.createForAuthenticatedUser({ name: 'mine', auto_init: true });
  await owner.rest.repos.createInOrg({ org: 'umd', name: 'other', private: true });
  await outsider.rest.repos.createFork(at);
  await owner.rest.repos.listForks(at);
  await owner.rest.repos.addCollaborator({ ...at, username: 'outsider', permission: 'triage' });
  await owner.rest.repos.listCollaborators(at);
  await owner.rest.repos.checkCollaborator({ ...at, username: 'outsider' });
  await owner.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'outsider' });
  await owner.rest.repos.removeCollaborator({ ...at, username: 'outsider' });
}

export async function environments({ owner, at }: Stage): Promise<void> {
  const { repos } = owner.rest;
  const { data: maintainer } = await owner.rest.users.getByUsername({ username: 'maintainer' });
  const policy = { protected_branches: false, custom_branch_policies: true };
  const of = { ...at, environment_name: 'automation' };
  await repos.createOrUpdateEnvironment({
    ...of,
    reviewers: [{ type: 'User', id: maintainer.id }],
    deployment_branch_policy: policy,
  });
  await repos.createDeploymentBranchPolicy({ ...of, name: 'main' });
  await repos.listDeploymentBranchPolicies(of);
  await repos.getAllEnvironments(at);
  await repos.getEnvironment(of);
  await repos.deleteAnEnvironment(of);
}
