import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '#core/environment/system.ts';
import type { ExecuteOptions } from '#shell/environment/guest.ts';
import { type Conversation, converse } from './json-socket.ts';

/** Programs run through QEMU's guest agent (QEMU Guest Agent Protocol Reference): no network between us and the machine. */
export interface Agent {
  execute(argv: readonly string[], how: ExecuteOptions): Promise<Outcome>;
  /** Sets the machine's clock: one that was waked up lives in the past. */
  setClock(now: number): Promise<void>;
  readonly open: boolean;
  close(): void;
}

/** Where words and input of a program wait; in memory, so that no disk is changed. */
const PLACE = '/run/umd-exec';
// The agent would wait for everybody who holds the pipes of a program, daemons too: so files, and no pipes.
const RUN = `d="${PLACE}/$1"; i=$2; shift 2; mkdir -p "$d"; [ "$i" = - ] && i=/dev/stdin; exec "$@" < "$i" > "$d/out" 2> "$d/err"`;
const KEPT = 4 * 1024 * 1024;
const TELL = `cd "${PLACE}/$1"; head -c ${KEPT} out; head -c ${KEPT} err >&2; cd /; rm -r "${PLACE}/$1"`;
/** Bytes in one message. */
const PIECE = 512 * 1024;

interface Status {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
}

/** @param limit milliseconds until the agent answers for the first time */
export async function openAgent(socket: string, limit: number): Promise<Agent> {
  const talk = await converse(socket, limit);
  const id = Math.trunc(performance.now() * 1000) % 2 ** 31;
  await talk.ask('guest-sync', { id }, limit);
  let made = 0;
  return {
    execute: (argv, how) => execute(talk, `${++made}`, argv, how),
    setClock: async (now) => void (await talk.ask('guest-set-time', { time: now * 1e6 })),
    get open() {
      return talk.open;
    },
    close: () => talk.close(),
  };
}

async function execute(
  talk: Conversation,
  id: string,
  argv: readonly string[],
  { timeout, input = '', outputTo }: ExecuteOptions,
): Promise<Outcome> {
  const bytes = Buffer.from(input);
  const long = bytes.length > PIECE;
  if (long) await putFile(talk, id, bytes);
  const status = await ended(talk, ['sh', '-c', RUN, 'run', id, long ? `${PLACE}/in-${id}` : '-', ...argv], {
    ...(long || bytes.length === 0 ? {} : { input: bytes }),
    until: Date.now() + timeout,
  });
  if (outputTo !== undefined) await getFile(talk, `${PLACE}/${id}/out`, outputTo);
  const said = await ended(talk, ['sh', '-c', TELL, 'tell', id], { capture: true, until: Date.now() + timeout });
  if (long) await ended(talk, ['rm', '-f', `${PLACE}/in-${id}`], { until: Date.now() + timeout });
  const text = (data = '') => Buffer.from(data, 'base64').toString();
  const stdout = outputTo === undefined ? text(said?.['out-data']) : '';
  return { code: status === undefined ? 124 : (status.exitcode ?? 137), stdout, stderr: text(said?.['err-data']) };
}

/** Undefined when it has not ended by then. */
async function ended(
  talk: Conversation,
  [path = '', ...arg]: readonly string[],
  { input, capture = false, until }: { input?: Buffer; capture?: boolean; until: number },
): Promise<Status | undefined> {
  const given = { path, arg, 'capture-output': capture };
  const data = input === undefined ? {} : { 'input-data': input.toString('base64') };
  const { pid } = (await talk.ask('guest-exec', { ...given, ...data })) as { pid: number };
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 250)) {
    const status = (await talk.ask('guest-exec-status', { pid })) as Status;
    if (status.exited) return status;
    if (Date.now() > until) return undefined;
    await sleep(pause);
  }
}

async function putFile(talk: Conversation, id: string, bytes: Buffer): Promise<void> {
  await ended(talk, ['mkdir', '-p', PLACE], { until: Date.now() + 10_000 });
  const handle = await talk.ask('guest-file-open', { path: `${PLACE}/in-${id}`, mode: 'w' });
  for (let at = 0; at < bytes.length; at += PIECE)
    await talk.ask('guest-file-write', { handle, 'buf-b64': bytes.subarray(at, at + PIECE).toString('base64') });
  await talk.ask('guest-file-close', { handle });
}

async function getFile(talk: Conversation, path: string, to: string): Promise<void> {
  const handle = await talk.ask('guest-file-open', { path, mode: 'r' });
  const file = await open(to, 'w');
  try {
    for (let done = false; !done; ) {
      const piece = (await talk.ask('guest-file-read', { handle, count: PIECE })) as {
        'buf-b64': string;
        eof: boolean;
      };
      await file.write(Buffer.from(piece['buf-b64'], 'base64'));
      done = piece.eof;
    }
  } finally {
    await file.close();
    await talk.ask('guest-file-close', { handle });
  }
}
