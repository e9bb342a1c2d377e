import type { Job } from '#scripts/runner/step/job.ts';

/** One REST request of a built-in action. @throws Error with the forge's sentence. */
export async function rest(job: Job, token: string, method: string, path: string, body?: unknown): Promise<Response> {
  const api = String((job.contexts.github as { api_url: string }).api_url);
  const answer = await fetch(`${api}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => ({}))) as { message?: string };
  throw new Error(`${method} ${path}: ${answer.status} ${said.message ?? answer.statusText}`);
}
