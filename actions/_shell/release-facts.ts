import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Distribution, Role } from '#core/distribution/distribution.ts';
import { refusal } from '#core/fault-codes.ts';
import { knownPpas } from '#core/intake/unsplit.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import { parseCapabilities } from '#core/product/capabilities.ts';
import { type CheckFacts, type Questions, questionsOf, type Rival } from '#core/release/check/check.ts';
import { soundOf } from '#core/yaml.ts';
import { type ForgeAccess, textAt } from '#shell/github.ts';
import { type Checkout, readDistributions, readProductCard, readProvider } from '#shell/intake-config.ts';
import { listPulls, readHead } from '#shell/intake-forge.ts';
import type { ReadPull } from './release-pull.ts';

const CANDIDATE = 'candidate';

/**
 * Everything that the decision needs besides the pull request: what the default branch declares, from its checkout; what
 * stands on candidate and was ever opened, from the forge.
 */
export async function readCheckFacts(access: ForgeAccess, checkout: Checkout, read: ReadPull): Promise<CheckFacts> {
  const asked = questionsOf(read.texts);
  const distributions = await readDistributions(checkout);
  const roles = await rolesOf(access, read.pull.author, distributions);
  const [declared, past] = await Promise.all([declaredFor(checkout, asked), pastOf(access, asked, read)]);
  return { pull: { ...read.pull, roles }, texts: read.texts, distributions, ...declared, ...past };
}

async function declaredFor(checkout: Checkout, { providers: wanted, products }: Questions) {
  const providers = await namesIn(checkout, 'releases/providers');
  const cards = await namesIn(checkout, 'releases/products');
  const file = 'criteria/capabilities.yml';
  const text = await readFile(join(checkout.root, file), 'utf8').catch(() => undefined);
  if (text === undefined) throw refusal('FORGE_CONFIG_MISSING', `There is no ${file}.`);
  return {
    providers,
    records: await each(wanted, providers, (name) => readProvider(checkout, name)),
    cards: await each(products, cards, (name) => readProductCard(checkout, name)),
    capabilities: soundOf(parseCapabilities(text, { file })),
  };
}

async function each<T>(wanted: readonly string[], there: readonly string[], read: (name: string) => Promise<T>) {
  const found = wanted.filter((name) => there.includes(name));
  return Object.fromEntries(await Promise.all(found.map(async (name) => [name, await read(name)] as const)));
}

async function namesIn({ root }: Checkout, folder: string): Promise<string[]> {
  const files = await readdir(join(root, folder)).catch(() => []);
  return files.filter((name) => name.endsWith('.yml')).map((name) => name.slice(0, -'.yml'.length));
}

/** Nothing is asked of the past for a pull request that brings no release. */
async function pastOf(access: ForgeAccess, { locks: paths }: Questions, { pull, texts }: ReadPull) {
  const releases = Object.keys(texts);
  if (releases.length === 0) return { locks: {}, known: new Map(), rivals: {} };
  const [head, pulls] = await Promise.all([readHead(access, CANDIDATE), listPulls(access, CANDIDATE)]);
  const there = paths.filter((path) => head.files.some((file) => file.path === path));
  const read = there.map(async (path): Promise<[string, Lock]> => {
    const text = (await textAt(access, path, head.commit)) ?? '';
    return [path, soundOf(parseLock(text, { file: path }))];
  });
  return {
    locks: Object.fromEntries(await Promise.all(read)),
    known: knownPpas(head.files, pulls),
    rivals: await rivalsOf(access, releases, pull.number),
  };
}

/** Older open pull requests that bring the same files. */
async function rivalsOf({ octokit, owner, repo }: ForgeAccess, releases: readonly string[], before: number) {
  const asked = { owner, repo, base: CANDIDATE, state: 'open', per_page: 100 } as const;
  const pulls = await octokit.paginate(octokit.rest.pulls.list, asked);
  const rivals: Record<string, Rival[]> = {};
  for (const { number, user, head } of pulls.filter(({ number }) => number < before)) {
    if (head.ref.startsWith('ppa/') || user === null) continue;
    const { data } = await octokit.rest.pulls.listFiles({ owner, repo, pull_number: number, per_page: 100 });
    for (const { filename } of data.filter((file) => releases.includes(file.filename)))
      rivals[filename] = [...(rivals[filename] ?? []), { pull: number, author: user.login }];
  }
  return rivals;
}

/** Roles that may touch something without being the provider. */
const ROLES: readonly Role[] = ['release-team', 'quality-criteria', 'release-manager', 'staged-rollout-manager'];

/**
 * By the forge's teams, as far as the token may see them (`members: read`; the workflow's own may not). Who maintains the
 * release repo counts as its release team: he can do all of it anyway.
 */
async function rolesOf(access: ForgeAccess, login: string, distributions: readonly Distribution[]): Promise<Role[]> {
  const { octokit, owner, repo } = access;
  const held = await Promise.all(
    ROLES.map(async (role) => {
      const slugs = [...new Set(distributions.map(({ teams }) => teams[role]))];
      const found = await Promise.all(slugs.map((team) => isMember(access, team, login)));
      return found.includes(true) ? [role] : [];
    }),
  );
  const permission = await octokit.rest.repos
    .getCollaboratorPermissionLevel({ owner, repo, username: login })
    .then(({ data }) => data.role_name)
    .catch(unseen('none'));
  return [...held.flat(), ...(permission === 'admin' || permission === 'maintain' ? ['release-team' as const] : [])];
}

async function isMember({ octokit, owner }: ForgeAccess, team: string, login: string): Promise<boolean> {
  return octokit.rest.teams
    .getMembershipForUserInOrg({ org: owner, team_slug: team, username: login })
    .then(({ data }) => data.state === 'active')
    .catch(unseen(false));
}

/** Not there, or not for this token to see. */
function unseen<T>(instead: T): (error: { status?: number }) => T {
  return (error) => {
    if (error.status === 403 || error.status === 404) return instead;
    throw error;
  };
}
