import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';

/** A conversation in lines of JSON, as QEMU's monitor and its guest agent hold it (QMP specification, "Protocol"). */
export interface Conversation {
  /** @param limit milliseconds @throws ProvisioningError ENVIRONMENT_FAULT when it is refused, or nothing answers */
  ask(execute: string, given?: Readonly<Record<string, unknown>>, limit?: number): Promise<unknown>;
  readonly open: boolean;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc?: string };
}

/** @param path of a socket that may not be there for a moment */
export async function converse(path: string, limit: number): Promise<Conversation> {
  const socket = await connected(path, Date.now() + limit);
  const waiting = new Map<number, (answer: Answer) => void>();
  let [last, rest, open] = [0, '', true];
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line, waiting);
  });
  const end = (): void => {
    open = false;
    for (const answer of waiting.values()) answer({ error: { desc: 'the machine is gone' } });
    waiting.clear();
  };
  socket.on('error', end).on('close', end);
  return {
    get open() {
      return open;
    },
    close: () => socket.destroy(),
    ask(execute, given = {}, limit = 30_000) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        const refuse = (why: string): void => reject(refusal('ENVIRONMENT_FAULT', `${execute}: ${why}.`));
        const timer = setTimeout(() => {
          waiting.delete(id);
          refuse('no answer in time');
        }, limit);
        waiting.set(id, ({ error, return: value }) => {
          clearTimeout(timer);
          if (error === undefined) resolve(value);
          else refuse(error.desc ?? 'refused');
        });
        if (open) socket.write(`${JSON.stringify({ execute, arguments: given, id })}\n`);
        else end();
      });
    },
  };
}

// Greetings and events bear no id, and nobody waits for them.
function hear(line: string, waiting: Map<number, (answer: Answer) => void>): void {
  try {
    const answer = JSON.parse(line.replaceAll('\uFFFD', '')) as Answer;
    const { id = 0 } = answer;
    waiting.get(id)?.(answer);
    waiting.delete(id);
  } catch {}
}

async function connected(path: string, until: number): Promise<Socket> {
  for (;;) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect(path, () => resolve(socket));
        socket.once('error', reject);
      });
    } catch (cause) {
      if (Date.now() > until) throw refusal('ENVIRONMENT_FAULT', 'The virtual machine does not start.', { cause });
      await sleep(25);
    }
  }
}
