import type { Actor, Comment, Happening, ReviewVerdict } from '#core/rollout/facts.ts';
import { isSticky } from '#core/rollout/sticky.ts';
import type { ForgeAccess } from '#shell/github.ts';

/** One pull request's timeline: labels, comments, reviews and closings in one list, so that none of them is asked for apart. */
export interface Timeline {
  readonly timeline: readonly Happening[];
  readonly sticky?: Comment;
}

interface Entry {
  readonly id?: number;
  readonly event?: string;
  readonly actor?: Person | null;
  readonly user?: Person | null;
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly submitted_at?: string;
  readonly label?: { readonly name?: string };
  readonly assignee?: Person | null;
  readonly assigner?: Person | null;
  readonly body?: string | null;
  readonly state?: string;
  readonly commit_id?: string | null;
}
interface Person {
  readonly login: string;
  readonly type?: string;
}

/** @param bot login of the reconciler's own identity, `umd-bot[bot]` */
export async function timelineOf({ octokit, owner, repo }: ForgeAccess, pull: number, bot: string): Promise<Timeline> {
  const params = { owner, repo, issue_number: pull, per_page: 100 };
  const entries = (await octokit.paginate(octokit.rest.issues.listEventsForTimeline, params)) as unknown as Entry[];
  const ours = entries.find(
    ({ event, user, actor, body }) => event === 'commented' && (user ?? actor)?.login === bot && isSticky(body ?? ''),
  );
  const timeline = entries.flatMap((entry) => happeningsOf(entry, bot));
  if (ours?.id === undefined) return { timeline };
  return { timeline, sticky: { id: ours.id, body: (ours.body ?? '').replaceAll('\r\n', '\n') } };
}

const VERDICTS: readonly string[] = [
  'approved',
  'changes_requested',
  'commented',
  'dismissed',
] satisfies ReviewVerdict[];

function happeningsOf(entry: Entry, bot: string): Happening[] {
  const by = actorOf(entry.user ?? entry.assigner ?? entry.actor, bot);
  const at = entry.submitted_at ?? entry.created_at ?? '';
  const { event = '', id = 0 } = entry;
  if (event === 'labeled' || event === 'unlabeled')
    return [{ kind: event, id: `l${id}`, at, by, label: entry.label?.name ?? '' }];
  if (event === 'commented') {
    const edited = entry.updated_at !== undefined && entry.updated_at !== entry.created_at;
    return [{ kind: event, id: `c${id}`, at, by, body: entry.body ?? '', edited }];
  }
  if (event === 'reviewed') {
    const verdict = (entry.state ?? '').toLowerCase();
    if (!VERDICTS.includes(verdict)) return [];
    return [{ kind: event, id: `r${id}`, at, by, verdict: verdict as ReviewVerdict, commit: entry.commit_id ?? '' }];
  }
  if (event === 'assigned') return [{ kind: event, id: `e${id}`, at, by, login: entry.assignee?.login ?? '' }];
  if (event === 'closed' || event === 'reopened' || event === 'merged') return [{ kind: event, id: `e${id}`, at, by }];
  return [];
}

function actorOf(person: Person | null | undefined, bot: string): Actor {
  const login = person?.login ?? 'ghost';
  return { login, ours: login === bot, bot: person?.type === 'Bot' || login.endsWith('[bot]') };
}
