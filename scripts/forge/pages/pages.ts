import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type Host, Refused, type Viewer, viewerOf } from './api.ts';
import { type Html, layout } from './layout.ts';
import { frontPage, issuesPage, pullsPage, runPage, runsPage, treePage } from './list-pages.ts';
import { conversationPage, readConversation } from './pull-page.ts';

const NAME = '[A-Za-z0-9_.-]+';
const STATES = ['open', 'closed', 'all'];

/** Acts of the forms on a conversation, as the REST calls they are. */
const ACTS: Readonly<
  Record<string, (viewer: Viewer, base: string, number: number, form: Record<string, string>) => Promise<void>>
> = {
  comment: (viewer, base, number, { body }) => viewer.send('POST', `${base}/issues/${number}/comments`, { body }),
  label: (viewer, base, number, { label }) =>
    viewer.send('POST', `${base}/issues/${number}/labels`, { labels: [label] }),
  unlabel: (viewer, base, number, { label = '' }) =>
    viewer.send('DELETE', `${base}/issues/${number}/labels/${encodeURIComponent(label)}`),
  review: (viewer, base, number, { event, body }) =>
    viewer.send('POST', `${base}/pulls/${number}/reviews`, { event, body }),
  merge: (viewer, base, number, { sha }) => viewer.send('PUT', `${base}/pulls/${number}/merge`, { sha }),
  state: (viewer, base, number, { state }) => viewer.send('PATCH', `${base}/issues/${number}`, { state }),
};

/** The forge as plain pages on which a person can play the roles. Everything goes through the forge's own REST routes. */
export function pages(host: Host, now: () => Date): Hono {
  const app = new Hono();
  const viewerFor = (c: Context) => viewerOf(host, getCookie(c, 'as'));

  const show = async (c: Context, title: string, make: (viewer: Viewer) => Promise<Html>, notice?: string) => {
    const viewer = viewerFor(c);
    const repository = c.req.param('owner') === undefined ? undefined : repositoryOf(c);
    const frame = {
      title,
      repository,
      viewer: viewer.login,
      people: host.people().map(({ login }) => login),
      path: new URL(c.req.url).pathname,
      now: now(),
    };
    try {
      return c.html(layout({ ...frame, notice }, await make(viewer)));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      c.status(refused.status as 404);
      return c.html(layout({ ...frame, notice: refused.message }, []));
    }
  };

  app.get('/', (c) => show(c, 'forge', async () => frontPage(host.repositories())));
  app.post('/-/as', async (c) => {
    const { login = '', back = '/' } = (await c.req.parseBody()) as Record<string, string>;
    setCookie(c, 'as', login, { path: '/', sameSite: 'Strict', httpOnly: true });
    return c.redirect(/^\/(?!\/)/.test(back) ? back : '/', 303);
  });
  const at = `/:owner{${NAME}}/:repo{${NAME}}`;
  app.get(at, (c) => c.redirect(`/${repositoryOf(c)}/pulls`));
  app.get(`${at}/pulls`, (c) => show(c, 'Pull requests', (viewer) => pullsPage(viewer, repositoryOf(c), stateOf(c))));
  app.get(`${at}/issues`, (c) => show(c, 'Issues', (viewer) => issuesPage(viewer, repositoryOf(c), stateOf(c))));
  app.get(`${at}/actions`, (c) => show(c, 'Actions', (viewer) => runsPage(viewer, repositoryOf(c))));
  app.get(`${at}/actions/runs/:id{[0-9]+}`, (c) =>
    show(c, 'Run', (viewer) =>
      runPage(viewer, repositoryOf(c), Number(c.req.param('id')), (job) => logOf(host, repositoryOf(c), job)),
    ),
  );
  app.get(`${at}/tree`, (c) =>
    show(c, 'Files', (viewer) =>
      treePage(viewer, repositoryOf(c), c.req.query('ref') ?? 'main', c.req.query('path') ?? ''),
    ),
  );
  for (const kind of ['pull', 'issues']) {
    app.get(`${at}/${kind}/:number{[0-9]+}`, (c) =>
      show(
        c,
        `#${c.req.param('number')}`,
        async (viewer) =>
          conversationPage(await readConversation(viewer, repositoryOf(c), Number(c.req.param('number')))),
        c.req.query('refused'),
      ),
    );
  }
  app.post(`${at}/issues/new`, (c) =>
    act(c, 'issues', (viewer, base, form) => viewer.send('POST', `${base}/issues`, form)),
  );
  app.post(`${at}/issues/:number{[0-9]+}/:act{[a-z]+}`, (c) => {
    const number = Number(c.req.param('number'));
    const carryOut = ACTS[c.req.param('act') as string];
    if (carryOut === undefined) return c.notFound();
    return act(c, `pull/${number}`, (viewer, base, form) => carryOut(viewer, base, number, form));
  });

  async function act(
    c: Context,
    back: string,
    carryOut: (viewer: Viewer, base: string, form: Record<string, string>) => Promise<void>,
  ) {
    const form = (await c.req.parseBody()) as Record<string, string>;
    try {
      await carryOut(viewerFor(c), `/repos/${repositoryOf(c)}`, form);
      return c.redirect(`/${repositoryOf(c)}/${back}`, 303);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      return c.redirect(`/${repositoryOf(c)}/${back}?refused=${encodeURIComponent(refused.message)}`, 303);
    }
  }
  return app;
}

function repositoryOf(c: Context): string {
  return `${c.req.param('owner')}/${c.req.param('repo')}`;
}

function stateOf(c: Context): string {
  const state = c.req.query('state') ?? 'open';
  return STATES.includes(state) ? state : 'open';
}

/** Log text of a job; an empty one when there is none yet. */
async function logOf({ rest, people }: Host, repository: string, job: number): Promise<string> {
  const token = people()[0]?.token;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await rest(
    new Request(`http://pages.invalid/api/v3/repos/${repository}/actions/jobs/${job}/logs`, { headers }),
  );
  return answer.ok ? answer.text() : '';
}
