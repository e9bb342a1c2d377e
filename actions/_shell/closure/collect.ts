import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { isTrusted } from '#core/rollout/evidence.ts';
import { checkOf } from '#core/schema.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { readRun } from '#shell/github-runs.ts';
import type { Store } from '#shell/store.ts';
import type { ClosureResult } from './check.ts';
import { CLOSURE_INPUTS } from './hand-on.ts';
import { type BasePart, basePath, type ClosureRecord, closureKey, isBaseFile, questionDigest } from './question.ts';

/** `<store>/closure/collected.json`: id of the newest artifact that was looked at. */
export const COLLECTED_KEY = 'closure/collected.json';
/** Bytes of one archive, packed and unpacked. */
const LIMIT = 400e6;
/** Archives taken at once: the others come with the next run. */
const MOST = 10;
/** Whose runs are believed about a closure. */
const JUDGES = ['compose-release', 'verify-ppa'];

/**
 * Takes what believed runs of compose-release and verify-ppa handed on into the store, oldest first: every file by its own
 * digest, nothing under a name that it does not bear. What does not fit is left out.
 * @returns keys that are new
 */
export async function collectInputs(forge: ForgeAccess, store: Store): Promise<readonly string[]> {
  const { octokit, owner, repo } = forge;
  const last = Number(JSON.parse((await store.read(COLLECTED_KEY))?.toString() ?? '{"artifact":0}').artifact);
  const fresh = await artifactsSince(forge, last);
  if (fresh.length === 0) return [];
  const { default_branch } = (await octokit.rest.repos.get({ owner, repo })).data;
  const taken: string[] = [];
  let [looked, opened] = [last, 0];
  for (const { id, workflow_run, size_in_bytes, expired } of fresh) {
    if (opened === MOST) break;
    looked = id;
    if (workflow_run?.head_branch !== default_branch || expired || size_in_bytes > LIMIT) continue;
    const run = await readRun(forge, workflow_run.id ?? 0);
    if (run === undefined || !JUDGES.some((workflow) => isTrusted(run, workflow, default_branch))) continue;
    const answer = await octokit.rest.actions.downloadArtifact({ owner, repo, artifact_id: id, archive_format: 'zip' });
    taken.push(...(await takeIn(filesOf(new Uint8Array(answer.data as ArrayBuffer)), store)));
    opened += 1;
  }
  await store.put(COLLECTED_KEY, `{"artifact":${looked}}\n`, 'pointer');
  return taken;
}

/** Those that were not looked at yet, oldest first; the forge gives the newest first, a page at a time. */
async function artifactsSince({ octokit, owner, repo }: ForgeAccess, last: number) {
  const params = { owner, repo, name: CLOSURE_INPUTS, per_page: 100 };
  const found = await octokit.paginate(octokit.rest.actions.listArtifactsForRepo, params, ({ data }, done) => {
    if (data.some(({ id }) => id <= last)) done();
    return data;
  });
  return found.filter(({ id, name }) => id > last && name === CLOSURE_INPUTS).sort((left, right) => left.id - right.id);
}

/** Files first, then what names them: who finds a record finds what it is about. @returns keys that are new */
export async function takeIn(files: ReadonlyMap<string, Uint8Array>, store: Store): Promise<readonly string[]> {
  const taken: string[] = [];
  const put = async (key: string, content: Uint8Array, keeping: 'content' | 'pointer') => {
    if (keeping === 'content' && (await store.has(key))) return;
    await store.put(key, content, keeping);
    taken.push(key);
  };
  for (const [key, content] of files) {
    const digest = /^pool\/[0-9a-f]{2}\/([0-9a-f]{64})\/base([.a-z0-9]*)$/.exec(key);
    const file = `${digest?.[1]}${digest?.[2]}`;
    if (isBaseFile(file) && basePath(file) === key && sha256(content) === digest?.[1])
      await put(key, content, 'content');
  }
  for (const [key, content] of files) {
    if (key.startsWith('closure/') && (await isQuestion(key, content, store))) await put(key, content, 'content');
    if (/^base\/[0-9a-f]{32}\.json$/.test(key) && (await isBase(content, store))) await put(key, content, 'pointer');
  }
  return taken;
}

function filesOf(zip: Uint8Array): ReadonlyMap<string, Uint8Array> {
  let left = LIMIT;
  try {
    const files = unzipSync(zip, {
      filter: ({ originalSize }) => {
        left -= originalSize;
        return left >= 0;
      },
    });
    return new Map(Object.entries(files));
  } catch {
    return new Map();
  }
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function isQuestion(key: string, content: Uint8Array, store: Store): Promise<boolean> {
  try {
    const { question } = JSON.parse(Buffer.from(content).toString()) as ClosureRecord<ClosureResult>;
    return key === closureKey(questionDigest(question)) && (await areThere(question.base, store));
  } catch {
    return false;
  }
}

async function areThere(base: readonly BasePart[], store: Store): Promise<boolean> {
  const files = base.flatMap((part) => Object.values(part.files));
  const there = await Promise.all(files.map(async (file) => isBaseFile(file) && store.has(basePath(file))));
  return there.every(Boolean);
}

interface Fetched {
  readonly fetchedAt: string;
  readonly parts: readonly BasePart[];
}

const isFetched = checkOf<Fetched>({
  type: 'object',
  additionalProperties: false,
  required: ['fetchedAt', 'parts'],
  properties: {
    fetchedAt: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z$' },
    parts: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'files'],
        properties: {
          id: { type: 'string', maxLength: 400 },
          files: { type: 'object', maxProperties: 4, additionalProperties: { type: 'string', maxLength: 80 } },
        },
      },
    },
  },
});

async function isBase(content: Uint8Array, store: Store): Promise<boolean> {
  try {
    const record: unknown = JSON.parse(Buffer.from(content).toString());
    return isFetched(record) && (await areThere(record.parts, store));
  } catch {
    return false;
  }
}
