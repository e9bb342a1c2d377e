import type { ForgeEvent, JobReport, JobTicket, NewJob, NewRun, Repository, Settings } from './protocol.ts';

/** An answer of the forge that is not a success. `reason` is its own sentence. */
export class WireError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(request: string, status: number, reason: string) {
    super(`the forge answered ${status} to ${request}: ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

export type Wire = ReturnType<typeof openWire>;

const json = { 'content-type': 'application/json' };

function reasonIn(body: string): string {
  try {
    const { message, reason } = JSON.parse(body) as { message?: string; reason?: string };
    return reason ?? message ?? body;
  } catch {
    return body.slice(0, 500);
  }
}

/** The runner's side of the protocol. Every method throws WireError when the forge refuses. */
export function openWire(forgeUrl: string, runnerToken: string) {
  let forgeTime = new Date().toISOString();

  async function ask(method: string, path: string, init: Omit<RequestInit, 'method'> = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${runnerToken}`, ...(init.headers as Record<string, string>) };
    const answer = await fetch(`${forgeUrl}${path}`, { ...init, method, headers });
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(date)) forgeTime = new Date(date).toISOString();
    if (!answer.ok) throw new WireError(`${method} ${path}`, answer.status, reasonIn(await answer.text()));
    return answer;
  }

  async function say<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: json };
    const answer = await ask(method, path, { ...sent, ...(signal ? { signal } : {}) });
    const text = await answer.text();
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  return {
    /** The forge's clock as its last answer had it, ISO 8601: timelines are written in it. */
    now: () => forgeTime,
    events: (after: number, wait: number, signal?: AbortSignal) =>
      say<{ events: ForgeEvent[]; seq: number }>(
        'GET',
        `/_runner/events?after=${after}&wait=${wait}`,
        undefined,
        signal,
      ),
    clock: async () => Date.parse((await say<{ now: string }>('GET', '/_runner/clock')).now),
    repositories: async () => (await say<{ repositories: Repository[] }>('GET', '/_runner/repositories')).repositories,
    createRun: (run: NewRun) => say<{ id: number; run_number: number }>('POST', '/_runner/runs', run),
    updateRun: (id: number, update: { status: string; conclusion?: string }) =>
      say<object>('PATCH', `/_runner/runs/${id}`, update),
    createJob: (run: number, job: NewJob) => say<JobTicket>('POST', `/_runner/runs/${run}/jobs`, job),
    job: (id: number) => say<JobTicket>('GET', `/_runner/jobs/${id}`),
    updateJob: (id: number, report: JobReport) => say<object>('PATCH', `/_runner/jobs/${id}`, report),
    putArtifact: (run: number, name: string, zip: Uint8Array) =>
      ask('PUT', `/_runner/runs/${run}/artifacts/${encodeURIComponent(name)}`, {
        body: zip as unknown as BodyInit,
        headers: { 'content-type': 'application/zip' },
      }),
    settings: (repository: string, ref: string, environment?: string) => {
      const query = new URLSearchParams({ ref, ...(environment === undefined ? {} : { environment }) });
      return say<Settings>('GET', `/_runner/repositories/${repository}/settings?${query}`);
    },
  };
}
