import { type PublishedState, parsePublishedState } from '#core/repository/published.ts';
import { WHY_FILE } from '#core/rollout/why-file.ts';

/** The whys as they are served; undefined: not served, or not to be had now. */
export async function whysAt(publicUrl: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${publicUrl}/${WHY_FILE}`, {
      headers: { 'cache-control': 'no-cache' },
      signal: AbortSignal.timeout(15_000),
    });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The publisher's `state.json` as it is served. `none`: there is none, nothing was ever published; `unknown`: the server
 * cannot be reached now, and nothing is to be decided on it.
 */
export async function publishedAt(publicUrl: string): Promise<PublishedState | 'none' | 'unknown'> {
  try {
    const answer = await fetch(`${publicUrl}/state.json`, {
      headers: { 'cache-control': 'no-cache' },
      signal: AbortSignal.timeout(15_000),
    });
    if (answer.status === 404 || answer.status === 410) return 'none';
    return answer.ok ? parsePublishedState(await answer.text()) : 'unknown';
  } catch {
    return 'unknown';
  }
}
