import { refusal } from '#core/fault-codes.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import { type Lock, lockDigest, parseLock } from '#core/ppa/lock.ts';
import { soundOf } from '#core/yaml.ts';
import { type ForgeAccess, textAt } from '#shell/github.ts';

/** What a PPA pull request asks to have verified, at its head. */
export interface Subject {
  readonly pull: number;
  readonly lock: Lock;
  /** sha256 of the lock's text: what the evidence is bound to. */
  readonly digest: string;
  /** The release.xml that it came with; undefined when it is not there. */
  readonly release?: string | undefined;
}

/** @throws ProvisioningError VERIFICATION_MISPLACED, LOCK_INVALID, LOCK_INCONSISTENT */
export async function readSubject(forge: ForgeAccess, pull: number): Promise<Subject> {
  const { octokit, owner, repo } = forge;
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: pull });
  if (data.head.repo?.full_name !== `${owner}/${repo}`)
    throw refusal('VERIFICATION_MISPLACED', `#${pull} comes from another repository; no bouncer opened it.`);
  const files = await octokit.paginate(octokit.rest.pulls.listFiles, { owner, repo, pull_number: pull, per_page: 100 });
  const locks = files.map(({ filename }) => filename).filter((path) => parseLockPath(path) !== undefined);
  const [path] = locks;
  if (path === undefined || locks.length > 1)
    throw refusal('VERIFICATION_MISPLACED', `#${pull} changes ${locks.length} locks; a PPA has one.`);
  const text = (await textAt(forge, path, data.head.sha)) ?? '';
  const lock = soundOf(parseLock(text, { file: path }));
  if (data.head.ref !== `ppa/${lock.ppa}`)
    throw refusal('VERIFICATION_MISPLACED', `Branch ${data.head.ref} of #${pull} is not that of ${lock.ppa}.`);
  const release = await textAt(forge, `${lock.release}/release.xml`, data.head.sha);
  return { pull, lock, digest: lockDigest(text), release };
}
