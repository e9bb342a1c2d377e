import type { Role } from '#core/distribution/distribution.ts';
import { type FaultCode, fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { parseLockPath, parseReleasePath } from '#core/ppa/folder.ts';
import { lockPath, type PpaId, parsePpaName, ppaName } from '#core/ppa/ppa.ts';

/** One file of a pull request, as the forge lists it and the head's tree describes it. */
export interface ChangedFile {
  readonly path: string;
  /** Of a renamed file: its path before. */
  readonly before?: string;
  readonly status: 'added' | 'modified' | 'removed' | 'renamed' | 'copied' | 'changed' | 'unchanged';
  /** Git's mode at the head: `100644` a plain file, `100755` executable, `120000` a symbolic link, `160000` a submodule; undefined when it is not there. */
  readonly mode?: string;
}

export interface ReleasePull {
  readonly number: number;
  /** Login of who opened it. */
  readonly author: string;
  /** Roles of the author, by the forge's teams. */
  readonly roles: readonly Role[];
  /** Branch it is to be merged to. */
  readonly base: string;
  /** Its own branch when that is in the release repo itself, undefined when it comes from a fork. */
  readonly branch?: string;
  readonly files: readonly ChangedFile[];
}

/** Branch that releases are submitted to (design.md section 1). */
const CANDIDATE = 'candidate';
/** A release adds one file; the release team may move some more at once. */
const MOST_FILES = 300;

/** What a pull request is about, as far as its paths tell. */
export type Subject =
  | { readonly kind: 'release'; readonly paths: readonly string[] }
  /** Opened by the bouncer, judged by verify-ppa and reconcile. */
  | { readonly kind: 'ppa' }
  | { readonly kind: 'other' };

export function subjectOf(pull: ReleasePull): Subject {
  if (ppaOf(pull) !== undefined) return { kind: 'ppa' };
  const here = pull.files.filter(({ status }) => status !== 'removed');
  const paths = here.flatMap(({ path }) => (parseReleasePath(path)?.kind === 'release' ? [path] : []));
  return paths.length > 0 ? { kind: 'release', paths } : { kind: 'other' };
}

/** A file whose text may be read as what its path says. */
export function isPlainFile({ files }: ReleasePull, path: string): boolean {
  return files.some((file) => file.path === path && (file.mode === '100644' || file.mode === '100755'));
}

/** What its paths and kinds of files break: nobody's pull request changes more than its author answers for. */
export function pullFaults(pull: ReleasePull): Fault[] {
  const { files } = pull;
  if (files.length > MOST_FILES)
    return [
      fault('PULL_TOO_LARGE', `The pull request changes ${files.length} files; at most ${MOST_FILES} are taken.`),
    ];
  const shapes = files.flatMap((file) => [...pathFaults(file), ...kindFaults(file)]);
  const ppa = ppaOf(pull);
  if (ppa !== undefined) return [...shapes, ...ppaFaults(files, ppa)];
  const subject = subjectOf(pull);
  const base = subject.kind === 'release' && pull.base !== CANDIDATE;
  const wrongBase = base ? [fault('PULL_BASE_WRONG', `The release is meant for ${pull.base}.`)] : [];
  return [...shapes, ...wrongBase, ...(pull.roles.includes('release-team') ? [] : strangerFaults(pull, subject))];
}

function ppaOf({ branch }: ReleasePull): PpaId | undefined {
  return branch?.startsWith('ppa/') ? parsePpaName(branch.slice('ppa/'.length)) : undefined;
}

/** No empty, `.` or `..` part, nothing that is a path elsewhere: the forge lists such paths when Git was fed by hand. */
function pathFaults({ path, before }: ChangedFile): Fault[] {
  const bad = [path, ...(before === undefined ? [] : [before])].filter((each) => !isPlainPath(each));
  return bad.map((each) =>
    fault('PULL_PATH_INVALID', `The path ${JSON.stringify(each)} is no plain path.`, { file: each }),
  );
}

function isPlainPath(path: string): boolean {
  const parts = path.split('/');
  const odd = parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  return !odd && path.length <= 400 && !/[\\\p{C}]/u.test(path);
}

const KINDS: Readonly<Record<string, string>> = {
  '120000': 'a symbolic link',
  '160000': 'a submodule',
  '100755': 'an executable',
};

/** The executable bit is nobody's harm outside of the data folders. */
function kindFaults({ path, mode, status }: ChangedFile): Fault[] {
  if (status === 'removed') return [];
  const kind = mode === undefined ? 'not to be found at its head' : KINDS[mode];
  const harmless = mode === '100755' && !/^(releases|repos|criteria)\//i.test(path);
  return kind === undefined || harmless ? [] : [fault('PULL_FILE_KIND', `${path} is ${kind}.`, { file: path })];
}

/** The pull request of a PPA: its lock, and the records of that PPA. */
function ppaFaults(files: readonly ChangedFile[], ppa: PpaId): Fault[] {
  return files.flatMap(({ path, before }) =>
    [path, ...(before === undefined ? [] : [before])].flatMap((each) =>
      belongsTo(each, ppa) ? [] : [forbidden(each)],
    ),
  );
}

function belongsTo(path: string, ppa: PpaId): boolean {
  const lock = parseLockPath(path);
  if (lock !== undefined) return path === lockPath(lock.lane, ppa);
  const record = parseReleasePath(path);
  return record !== undefined && record.kind !== 'release' && ppaName(record.ppa) === ppaName(ppa);
}

/** Who besides the release team may change what. */
const OWNERS: readonly { readonly role: Role; readonly of: RegExp }[] = [
  { role: 'quality-criteria', of: /^criteria\// },
  { role: 'staged-rollout-manager', of: /^releases\/early-adopters\.yml$/ },
  { role: 'release-manager', of: /^releases\/(calendar\.yml|[a-z0-9-]+\/\d+\/[a-z0-9.-]+\.yml)$/ },
];

/** Left to anyone: words. Everything else runs, or decides what runs. */
const FREE = /^(docs\/.*|[A-Za-z0-9._-]+\.md)$/;

function strangerFaults({ files, roles }: ReleasePull, subject: Subject): Fault[] {
  const may = (path: string) => FREE.test(path) || OWNERS.some(({ role, of }) => roles.includes(role) && of.test(path));
  const folders = new Set(subject.kind === 'release' ? subject.paths : []);
  const touched = files.flatMap(({ path, before, status }) => {
    if (status === 'removed' && parseReleasePath(path) !== undefined) return [forbidden(path, 'PULL_FILE_REMOVED')];
    const moved = before === undefined || may(before) ? [] : [forbidden(before, 'PULL_FILE_REMOVED')];
    return [...(folders.has(path) || may(path) ? [] : [forbidden(path)]), ...moved];
  });
  const several = folders.size > 1 ? `The pull request adds ${folders.size} releases.` : undefined;
  return several === undefined ? touched : [...touched, fault('PULL_SEVERAL_RELEASES', several)];
}

function forbidden(path: string, code: FaultCode = 'PULL_PATH_FORBIDDEN'): Fault {
  const sentence =
    code === 'PULL_FILE_REMOVED' ? `${path} is removed or renamed.` : `${path} is not for this pull request to change.`;
  return fault(code, sentence, { file: path });
}
