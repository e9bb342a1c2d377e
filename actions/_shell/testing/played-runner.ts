import { setTimeout as sleep } from 'node:timers/promises';
import { strToU8, zipSync } from 'fflate';
import type { RunningForge } from '#scripts/forge/start.ts';

/** Plays the runner by its protocol: lists what was dispatched as queued runs, and ends them as the test says. */
export interface PlayedRunner {
  /** Dispatched and not ended. */
  queued(): Promise<readonly string[]>;
  /** What the queued run of that title is given. */
  inputs(title: string): Inputs;
  /** Ends the queued run of that title, with evidence when it leaves some. */
  end(title: string, conclusion: string, evidence?: Evidence): Promise<void>;
  /** A run that nobody dispatched: somebody else's, to be believed or not. */
  run(asked: Readonly<Record<string, unknown>>, evidence: Evidence): Promise<void>;
  close(): Promise<void>;
}

export interface Evidence {
  readonly name: string;
  readonly json: object;
}

type Inputs = Readonly<Record<string, string>>;

interface Dispatched {
  readonly id: number;
  readonly inputs: Inputs;
  readonly title: string;
}

interface RunnerEvent {
  readonly seq: number;
  readonly event: string;
  readonly payload: { readonly workflow?: string; readonly inputs?: Inputs | null };
}

export function playRunner({ url, runnerToken }: RunningForge, repository: string): PlayedRunner {
  const headers = { authorization: `Bearer ${runnerToken}` };
  const open: Dispatched[] = [];
  let [closed, seen] = [false, 0];
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as never;
  };
  const start = async (asked: Readonly<Record<string, unknown>>): Promise<number> => {
    const { id } = (await call('POST', '/_runner/runs', {
      ...{ repository, head_branch: 'main', actor: 'umd-bot[bot]', pull_requests: [], head_sha: '0'.repeat(40) },
      ...asked,
    })) as { id: number };
    return id;
  };
  const hear = async () => {
    const { events, seq } = (await call('GET', `/_runner/events?after=${seen}&wait=0`)) as {
      events: RunnerEvent[];
      seq: number;
    };
    seen = seq;
    for (const { event, payload } of events.filter((each) => each.event === 'workflow_dispatch')) {
      const file = payload.workflow ?? '';
      const name = file.replace(/^.*\/|\.yml$/g, '');
      const { pull, tag, lane, branch } = payload.inputs ?? {};
      const title = [name, pull ?? tag ?? lane, branch].filter((part) => part !== undefined).join(' ');
      const inputs = payload.inputs ?? {};
      open.push({ title, inputs, id: await start({ workflow_path: file, name, display_title: title, event }) });
    }
  };
  const upload = async (run: number, { name, json }: Evidence) => {
    const body = zipSync({ 'evidence.json': strToU8(JSON.stringify(json)) });
    const path = `${url}/_runner/runs/${run}/artifacts/${name}`;
    const answer = await fetch(path, { method: 'PUT', headers, body: Buffer.from(body) });
    if (!answer.ok) throw new Error(`artifact ${name}: ${answer.status}`);
  };
  let hearing: Promise<void> = Promise.resolve();
  /** One after the other: what was dispatched until now is heard when it ends. */
  const heard = () => (hearing = hearing.catch(() => {}).then(hear));
  const listening = (async () => {
    while (!closed) {
      await heard();
      await sleep(50);
    }
  })();
  const end = async (id: number, conclusion: string, evidence?: Evidence) => {
    if (evidence !== undefined) await upload(id, evidence);
    await call('PATCH', `/_runner/runs/${id}`, { status: 'completed', conclusion });
  };
  return {
    queued: async () => {
      await heard();
      return open.map(({ title }) => title);
    },
    inputs: (title) => open.find((each) => each.title === title)?.inputs ?? {},
    end: async (title, conclusion, evidence) => {
      await heard();
      const at = open.findIndex((each) => each.title === title);
      const found = open[at];
      if (found === undefined)
        throw new Error(`No run ${title} is queued, but: ${open.map((each) => each.title).join(', ')}`);
      open.splice(at, 1);
      await end(found.id, conclusion, evidence);
    },
    run: async (asked, evidence) => end(await start(asked), 'success', evidence),
    close: async () => {
      closed = true;
      await listening;
    },
  };
}
