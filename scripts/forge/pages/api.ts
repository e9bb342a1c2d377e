/** What the pages know of the forge: its REST answers, asked as the chosen person. Only the fields that are shown. */

export interface Host {
  /** The forge's own REST application, called without a socket. */
  readonly rest: (request: Request) => Response | Promise<Response>;
  /** People whose tokens this local forge holds, so that a visitor can play them. */
  readonly people: () => readonly { readonly login: string; readonly token: string }[];
  /** Public repositories, `owner/name`. */
  readonly repositories: () => readonly {
    readonly name: string;
    readonly description: string;
    readonly fork: boolean;
  }[];
}

export interface Viewer {
  readonly login: string | undefined;
  readonly get: <T>(path: string) => Promise<T>;
  /** Every page of a list, 100 entries each. */
  readonly all: <T>(path: string) => Promise<T[]>;
  readonly send: (method: string, path: string, body?: unknown) => Promise<void>;
}

/** The REST refusal, shown to the visitor as the forge said it. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Refusal {
  message?: string;
  errors?: ({ message?: string } | string)[];
}

async function refusal(answer: Response): Promise<Refused> {
  const { message = answer.statusText, errors = [] } = (await answer.json().catch(() => ({}))) as Refusal;
  const details = errors.map((error) => (typeof error === 'string' ? error : (error.message ?? '')));
  return new Refused(answer.status, [message, ...details].filter((text) => text !== '').join(' '));
}

export function viewerOf({ rest, people }: Host, login: string | undefined): Viewer {
  const token = people().find((person) => person.login === login)?.token;
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers = {
      accept: 'application/vnd.github+json',
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const request = new Request(`http://pages.invalid/api/v3${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await rest(request);
    if (answer.ok) return answer;
    throw await refusal(answer);
  };
  const get = async <T>(path: string): Promise<T> => (await (await ask('GET', path)).json()) as T;
  const all = async <T>(path: string): Promise<T[]> => {
    const found: T[] = [];
    for (let page = 1; ; page += 1) {
      const some = await get<T[]>(`${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`);
      found.push(...some);
      if (some.length < 100) return found;
    }
  };
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    await ask(method, path, body);
  };
  return { login: token === undefined ? undefined : login, get, all, send };
}

export interface Label {
  name: string;
  color: string;
}
export interface User {
  login: string;
}
export interface Pull {
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  merged_at: string | null;
  created_at: string;
  user: User;
  labels: Label[];
  head: { ref: string; sha: string; label: string };
  base: { ref: string };
  mergeable?: boolean | null;
  mergeable_state?: string;
}
export interface Issue {
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  created_at: string;
  user: User;
  labels: Label[];
  pull_request?: unknown;
}
export interface TimelineItem {
  event?: string;
  actor?: User | null;
  user?: User | null;
  author?: { name?: string } | null;
  created_at?: string;
  submitted_at?: string;
  updated_at?: string;
  body?: string | null;
  state?: string;
  label?: Label;
  message?: string;
  sha?: string;
  commit_id?: string | null;
  assignee?: User;
  rename?: { from: string; to: string };
  source?: { issue?: { number: number; title: string } };
}
export interface CheckRun {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  details_url?: string | null;
  output: { title: string | null; summary: string | null };
}
export interface WorkflowRun {
  id: number;
  name: string | null;
  display_title: string;
  run_number: number;
  event: string;
  status: string;
  conclusion: string | null;
  head_branch: string | null;
  created_at: string;
  actor?: User | null;
}
export interface Job {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  steps?: { number: number; name: string; conclusion: string | null }[];
}
export interface ChangedFile {
  filename: string;
  status: string;
  additions: number;
  deletions: number;
  patch?: string;
}
