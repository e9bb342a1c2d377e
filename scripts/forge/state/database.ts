import type * as machine from './automation.ts';
import { Journal } from './journal.ts';
import type * as people from './people.ts';
import type * as work from './work.ts';

/** Every table of the forge with the indexes its reads need. Keys: accounts by lower-case login, teams by `org/slug`, tokens by themselves, the rest by id. */
export type Database = ReturnType<typeof openDatabase>;

export function openDatabase(path: string) {
  const journal = new Journal(path);
  const tables = { ...declarePeople(journal), ...declareWork(journal), ...declareAutomation(journal) };
  const settings = journal.table<{ value: string }>('settings');
  journal.open();
  return { ...tables, settings, nextId: () => journal.nextId(), close: () => journal.close() };
}

function declarePeople(journal: Journal) {
  const memberships = journal.table<people.Membership>('memberships');
  const teams = journal.table<people.Team>('teams');
  const installations = journal.table<people.Installation>('installations');
  const apps = journal.table<people.App>('apps');
  return {
    accounts: journal.table<people.Account>('accounts'),
    memberships,
    membersOf: memberships.index((row) => row.org.toLowerCase()),
    orgsOf: memberships.index((row) => row.login.toLowerCase()),
    teams,
    teamsOf: teams.index((row) => row.org.toLowerCase()),
    apps,
    installations,
    installationsOf: installations.index((row) => row.account.toLowerCase()),
    tokens: journal.table<people.Token>('tokens'),
  };
}

function declareWork(journal: Journal) {
  const repos = journal.table<work.Repo>('repos');
  const labels = journal.table<work.Label>('labels');
  const issues = journal.table<work.Issue>('issues');
  const comments = journal.table<work.Comment>('comments');
  const reviews = journal.table<work.Review>('reviews');
  const happenings = journal.table<work.Happening>('happenings');
  const releases = journal.table<work.Release>('releases');
  const protections = journal.table<work.Protection>('protections');
  return {
    repos,
    reposNamed: repos.index((row) => `${row.owner}/${row.name}`.toLowerCase()),
    reposOf: repos.index((row) => row.owner.toLowerCase()),
    forksOf: repos.index((row) => row.parentId ?? 0),
    forkCount: repos.tally((row) => row.parentId ?? 0),
    labels,
    labelsOf: labels.index((row) => row.repoId),
    issues,
    issuesOf: issues.index((row) => row.repoId),
    issueNumbered: issues.index((row) => `${row.repoId}#${row.number}`),
    pullsFrom: issues.index((row) => (row.pull === null ? '' : `${row.pull.head.repoId}:${row.pull.head.ref}`)),
    openPullsTo: issues.index((row) =>
      row.pull === null || row.state === 'closed' ? '' : `${row.repoId}:${row.pull.base.ref}`,
    ),
    openCount: issues.tally((row) => (row.state === 'open' ? row.repoId : 0)),
    /** Open pull requests within one repository by their head commit; forks' heads are not found by it, as on GitHub. */
    pullsAt: issues.index((row) =>
      row.pull === null || row.state === 'closed' || row.pull.head.repoId !== row.repoId
        ? ''
        : `${row.repoId}:${row.pull.head.sha}`,
    ),
    comments,
    commentCount: comments.tally((row) => row.issueId),
    commentsOf: comments.index((row) => row.issueId),
    commentsIn: comments.index((row) => row.repoId),
    reviews,
    reviewsOf: reviews.index((row) => row.issueId),
    happenings,
    happeningsOf: happenings.index((row) => row.issueId),
    happeningsIn: happenings.index((row) => row.repoId),
    releases,
    releasesOf: releases.index((row) => row.repoId),
    protections,
    protectionsOf: protections.index((row) => row.repoId),
  };
}

function declareAutomation(journal: Journal) {
  const statuses = journal.table<machine.Status>('statuses');
  const suites = journal.table<machine.CheckSuite>('suites');
  const checks = journal.table<machine.CheckRun>('checks');
  const workflows = journal.table<machine.Workflow>('workflows');
  const runs = journal.table<machine.Run>('runs');
  const jobs = journal.table<machine.Job>('jobs');
  const artifacts = journal.table<machine.Artifact>('artifacts');
  const environments = journal.table<machine.Environment>('environments');
  const approvals = journal.table<machine.Approval>('approvals');
  const repoEvents = journal.table<machine.RepoEvent>('repoEvents');
  return {
    statuses,
    statusesAt: statuses.index((row) => `${row.repoId}:${row.sha}`),
    suites,
    suitesAt: suites.index((row) => `${row.repoId}:${row.sha}`),
    checks,
    checksAt: checks.index((row) => `${row.repoId}:${row.sha}`),
    checksIn: checks.index((row) => row.suiteId),
    workflows,
    workflowsOf: workflows.index((row) => row.repoId),
    runs,
    runsOf: runs.index((row) => row.repoId),
    runsOfWorkflow: runs.index((row) => row.workflowId),
    jobs,
    jobsOf: jobs.index((row) => row.runId),
    artifacts,
    artifactsOf: artifacts.index((row) => row.repoId),
    artifactsIn: artifacts.index((row) => row.runId),
    environments,
    environmentsOf: environments.index((row) => row.repoId),
    approvals,
    approvalsOf: approvals.index((row) => row.runId),
    repoEvents,
    repoEventsOf: repoEvents.index((row) => row.repoId),
    events: journal.table<machine.ForgeEvent>('events'),
  };
}
