import { Cache } from './cache.ts';
import { git, gitText } from './run.ts';

/** Questions about ancestry; each costs a process the first time. Keys are shas, so answers keep. */
const bases = new Cache<string | undefined>(5_000);
const ranges = new Cache<readonly string[]>(5_000);

/** The best common ancestor, undefined when there is none. */
export function mergeBase(dir: string, one: string, other: string): Promise<string | undefined> {
  if (one === other) return Promise.resolve(one);
  return bases.get(`${dir} ${one} ${other}`, async () => {
    const { code, out } = await git(dir, ['merge-base', one, other], [0, 1]);
    return code === 0 ? out.toString('utf8').trim() : undefined;
  });
}

export async function isAncestor(dir: string, ancestor: string, of: string): Promise<boolean> {
  return (await mergeBase(dir, ancestor, of)) === ancestor;
}

/** Shas reachable from `head` and not from `base`, newest first. */
export function commitsBetween(dir: string, base: string, head: string): Promise<readonly string[]> {
  return ranges.get(`${dir} ${base} ${head}`, async () => lines(await gitText(dir, ['rev-list', `${base}..${head}`])));
}

export interface LogQuery {
  readonly from: string;
  readonly path?: string | undefined;
  readonly author?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Where the page begins and how many it holds. */
  readonly skip: number;
  readonly count: number;
}

/** One page of a log, newest first. */
export async function log(dir: string, { from, path, author, since, until, skip, count }: LogQuery): Promise<string[]> {
  const argv = ['rev-list', `--skip=${skip}`, `--max-count=${count}`];
  if (author !== undefined) argv.push(`--author=${author}`, '--fixed-strings');
  if (since !== undefined) argv.push(`--since=${since}`);
  if (until !== undefined) argv.push(`--until=${until}`);
  return lines(await gitText(dir, [...argv, from, '--', ...(path === undefined || path === '' ? [] : [path])]));
}

export function lines(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}
