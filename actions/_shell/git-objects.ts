import { spawn } from 'node:child_process';
import { refusal } from '#core/fault-codes.ts';
import { rememberedBy } from '#core/remembered.ts';

/** One `git cat-file` kept running: a process per question would cost more than all the answers. */
export interface GitObjects {
  /** Texts of the blobs so named (`<commit>:<path>` or an id); absent: not there, or no blob. */
  texts(names: readonly string[]): Promise<Map<string, string>>;
  /** Files, links and submodules below a tree so named; undefined: not there, or no tree. Each tree is read once. */
  listing(name: string): Promise<readonly ListedFile[] | undefined>;
  /** Id of the tree so named; undefined: not there, or no tree. */
  treeId(name: string): Promise<string | undefined>;
  /** Those of the names that are there. */
  there(names: readonly string[]): Promise<Set<string>>;
  close(): void;
}

export interface ListedFile {
  /** From the tree's root. */
  readonly path: string;
  /** As git writes it: `100644`, `120000`, … */
  readonly mode: string;
  readonly id: string;
}

interface Found {
  readonly id: string;
  readonly type: string;
  readonly bytes: Buffer;
}

interface Asked {
  readonly name: string;
  readonly whole: boolean;
  readonly answer: (found: Found | undefined) => void;
  readonly fail: (cause: Error) => void;
}

export function openGitObjects(dir: string): GitObjects {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('git', ['-C', dir, 'cat-file', '--batch-command'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH, HOME, LC_ALL: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  });
  const waiting: Asked[] = [];
  let held: Buffer = Buffer.alloc(0);
  let ended = false;
  const end = () => {
    ended = true;
    const gone = refusal('COMMAND_FAILED', 'git cat-file ended.');
    for (const { fail } of waiting.splice(0)) fail(gone);
  };
  child.on('error', end);
  child.on('close', end);
  child.stdin.on('error', end);
  child.stdout.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let at = 0;
    for (let asked = waiting[0]; asked !== undefined; asked = waiting[0]) {
      const next = answerTo(asked, held, at);
      if (next === undefined) break;
      at = next;
      waiting.shift();
    }
    held = held.subarray(at);
  });
  const ask = (name: string, whole: boolean) =>
    new Promise<Found | undefined>((answer, fail) => {
      if (ended) return fail(refusal('COMMAND_FAILED', 'git cat-file ended.'));
      if (/[\n\0]/.test(name)) return answer(undefined);
      waiting.push({ name, whole, answer, fail });
      child.stdin.write(`${whole ? 'contents' : 'info'} ${name}\n`);
    });
  const known = rememberedBy<Promise<readonly ListedFile[]>>();
  const entries = (tree: string) => known(child, tree, () => read(tree));
  const read = async (tree: string): Promise<readonly ListedFile[]> => {
    const found = await ask(tree, true);
    const below = (found?.type === 'tree' ? entriesOf(found.bytes) : []).map(async (entry) =>
      entry.mode === TREE
        ? (await entries(entry.id)).map((each) => ({ ...each, path: `${entry.path}/${each.path}` }))
        : [entry],
    );
    return (await Promise.all(below)).flat();
  };
  const treeId = async (name: string) => {
    const found = await ask(name, false);
    return found?.type === 'tree' ? found.id : undefined;
  };
  return {
    treeId,
    listing: async (name) => {
      const id = await treeId(name);
      return id === undefined ? undefined : entries(id);
    },
    texts: async (names) => {
      const found = await Promise.all(names.map((name) => ask(name, true)));
      return new Map(names.flatMap((name, index) => entryOf(name, found[index])));
    },
    there: async (names) => {
      const found = await Promise.all(names.map((name) => ask(name, false)));
      return new Set(names.filter((_, index) => found[index] !== undefined));
    },
    close: () => {
      child.stdin.end();
    },
  };
}

const TREE = '40000';

/** A tree object: `<mode> <name>`, a zero byte and 20 bytes of id, one after the other. Source: git's documentation, gitformat-tree. */
function entriesOf(bytes: Buffer): ListedFile[] {
  const entries: ListedFile[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [space, zero] = [bytes.indexOf(32, at), bytes.indexOf(0, at)];
    const [mode, path] = [bytes.toString('latin1', at, space), bytes.toString('utf8', space + 1, zero)];
    entries.push({ path, mode, id: bytes.toString('hex', zero + 1, zero + 21) });
    at = zero + 21;
  }
  return entries;
}

function entryOf(name: string, found: Found | undefined) {
  return found?.type === 'blob' ? [[name, found.bytes.toString('utf8')] as const] : [];
}

/** `<id> <type> <size>`, then the bytes and a line end when they were asked for; `<name> missing`. Undefined: not all there yet. */
function answerTo({ whole, answer }: Asked, bytes: Buffer, at: number): number | undefined {
  const line = bytes.indexOf(10, at);
  if (line < 0) return undefined;
  const [, id = '', type, size = '0'] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(bytes.toString('utf8', at, line)) ?? [];
  if (type === undefined || !whole) {
    answer(type === undefined ? undefined : { id, type, bytes: Buffer.alloc(0) });
    return line + 1;
  }
  const end = line + 1 + Number(size);
  if (bytes.length < end + 1) return undefined;
  answer({ id, type, bytes: bytes.subarray(line + 1, end) });
  return end + 1;
}
