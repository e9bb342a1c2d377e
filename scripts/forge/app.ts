import { Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Forge } from './forge.ts';
import { pages } from './pages/pages.ts';
import { accounts } from './routes/accounts.ts';
import { apps } from './routes/apps.ts';
import { artifacts } from './routes/artifacts.ts';
import { assignees } from './routes/assignees.ts';
import { branches } from './routes/branches.ts';
import { checks } from './routes/checks.ts';
import { collaborators } from './routes/collaborators.ts';
import { comments } from './routes/comments.ts';
import { commits } from './routes/commits.ts';
import { contents } from './routes/contents.ts';
import { deployments } from './routes/deployments.ts';
import { environments } from './routes/environments.ts';
import { files } from './routes/files.ts';
import { gitData } from './routes/git-data.ts';
import { gitRoutes } from './routes/git-http.ts';
import { issues } from './routes/issues.ts';
import { labels } from './routes/labels.ts';
import { merges } from './routes/merges.ts';
import { pulls } from './routes/pulls.ts';
import { refs } from './routes/refs.ts';
import { releases } from './routes/releases.ts';
import { repoEvents } from './routes/repo-events.ts';
import { repos } from './routes/repos.ts';
import { reviews } from './routes/reviews.ts';
import { runs } from './routes/runs.ts';
import { statuses } from './routes/statuses.ts';
import { teams } from './routes/teams.ts';
import { timeline } from './routes/timeline.ts';
import { variables } from './routes/variables.ts';
import { workflows } from './routes/workflows.ts';
import { runnerRoutes } from './runner/routes.ts';
import type { ForgeEnv } from './web/env.ts';
import { HttpFault } from './web/faults.ts';

/** GitHub's REST API, one file a resource. */
export const RESOURCES = [
  apps,
  accounts,
  teams,
  repos,
  collaborators,
  repoEvents,
  branches,
  refs,
  gitData,
  contents,
  statuses,
  checks,
  commits,
  merges,
  labels,
  assignees,
  comments,
  timeline,
  issues,
  pulls,
  reviews,
  workflows,
  runs,
  artifacts,
  variables,
  environments,
  deployments,
  releases,
];

/** The whole forge as one function from Request to Response: REST at /api/v3 and at the root, git, and the runner's door. */
export function makeApp(forge: Forge): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.use(async (c, next) => {
    c.set('forge', forge);
    await next();
    c.res.headers.set('date', forge.clock.now().toUTCString());
  });
  app.onError((cause) => answerOf(cause));
  app.notFound((c) => unknownRoute(c.req.method, c.req.path));
  app.route('/', runnerRoutes(forge));
  app.route('/', gitRoutes);
  app.route('/', files);
  app.use('/api/v3/*', etag({ weak: true }));
  const api = makeApi();
  app.route('/api/v3', api);
  app.route('/', api);
  const host = {
    rest: (request: Request) => followed(app, request),
    people: () => playable(forge),
    repositories: () => shown(forge),
  };
  app.route(
    '/',
    pages(host, () => forge.clock.now()),
  );
  return app;
}

/** As a browser would: where the answer is elsewhere (logs), it is fetched there. */
async function followed(app: Hono<ForgeEnv>, request: Request): Promise<Response> {
  const answer = await app.fetch(request);
  const location = answer.headers.get('location');
  return answer.status === 302 && location !== null ? app.request(location) : answer;
}

/** People whom a visitor of the pages can play: those with a token. */
function playable(forge: Forge): { login: string; token: string }[] {
  const people = forge.db.tokens.values().filter(({ kind }) => kind === 'user');
  return [...new Map(people.map(({ login, token }) => [login, { login, token }])).values()];
}

/** The public repositories, the one that others were made of first. */
function shown(forge: Forge): { name: string; description: string; fork: boolean }[] {
  return forge.db.repos
    .values()
    .filter((repo) => !repo.private)
    .map((repo) => ({
      name: `${repo.owner}/${repo.name}`,
      description: repo.description ?? '',
      fork: repo.rootId !== repo.id,
    }))
    .sort((left, right) => Number(left.fork) - Number(right.fork));
}

function makeApi(): Hono<ForgeEnv> {
  const api = new Hono<ForgeEnv>();
  for (const resource of RESOURCES) api.route('/', resource);
  return api;
}

function answerOf(cause: Error): Response {
  if (cause instanceof HttpFault) return cause.response();
  console.error('forge:', cause);
  return Response.json({ message: `The forge failed: ${cause.message}` }, { status: 500 });
}

/** Loud on purpose: a route nobody wrote must not look like a thing that is not there. */
function unknownRoute(method: string, path: string): Response {
  console.error(`forge: 501 ${method} ${path}: not part of the local forge`);
  const message = `${method} ${path} is not part of the local forge`;
  return Response.json({ message, documentation_url: 'https://docs.github.com/rest', status: '501' }, { status: 501 });
}
