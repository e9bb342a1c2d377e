import { spawn } from 'node:child_process';
import { refusal } from '#core/fault-codes.ts';

/** One `git cat-file` kept running: a process per question would cost more than all the answers. */
export interface GitObjects {
  /** Texts of the blobs so named (`<commit>:<path>` or an id); absent: not there, or no blob. */
  texts(names: readonly string[]): Promise<Map<string, string>>;
  /** Those of the names that are there. */
  there(names: readonly string[]): Promise<Set<string>>;
  close(): void;
}

interface Asked {
  readonly name: string;
  readonly whole: boolean;
  readonly answer: (found: { readonly type: string; readonly text: string } | undefined) => void;
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
    new Promise<{ readonly type: string; readonly text: string } | undefined>((answer, fail) => {
      if (ended) return fail(refusal('COMMAND_FAILED', 'git cat-file ended.'));
      if (/[\n\0]/.test(name)) return answer(undefined);
      waiting.push({ name, whole, answer, fail });
      child.stdin.write(`${whole ? 'contents' : 'info'} ${name}\n`);
    });
  return {
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

function entryOf(name: string, found: { readonly type: string; readonly text: string } | undefined) {
  return found?.type === 'blob' ? [[name, found.text] as const] : [];
}

/** `<id> <type> <size>`, then the bytes and a line end when they were asked for; `<name> missing`. Undefined: not all there yet. */
function answerTo({ whole, answer }: Asked, bytes: Buffer, at: number): number | undefined {
  const line = bytes.indexOf(10, at);
  if (line < 0) return undefined;
  const [, type, size = '0'] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(bytes.toString('utf8', at, line)) ?? [];
  if (type === undefined || !whole) {
    answer(type === undefined ? undefined : { type, text: '' });
    return line + 1;
  }
  const end = line + 1 + Number(size);
  if (bytes.length < end + 1) return undefined;
  answer({ type, text: bytes.toString('utf8', line + 1, end) });
  return end + 1;
}
