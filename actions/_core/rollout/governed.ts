import type { Lock } from '#core/ppa/lock.ts';
import { combine, type Reason, renderWhy } from '#core/why/why.ts';
import { lastWords } from './approval.ts';
import { reason } from './case.ts';
import type { Effect } from './effects.ts';
import type { PullFacts, World } from './facts.ts';
import type { Released } from './fresh.ts';
import { type Rule, ruleOf } from './governed-rules.ts';
import { comment } from './ppa-plan.ts';
import { marked } from './sticky.ts';

/**
 * A pull request that changes what the house is governed by: calendar, exceptions, texts, what is withdrawn. Nobody pushes
 * to the default branch; the reconciler merges such a pull request when the approvals are there that its files want.
 */
export interface GovernedFacts extends PullFacts {
  /** Branch it is to be merged into: the default branch, or `candidate`. */
  readonly onto: 'default' | 'candidate';
  /** Login. */
  readonly author: string;
  readonly files: readonly GovernedFile[];
  /** Locks on the branch it goes into, and those of all releases; read only when it changes locks. */
  readonly locks: readonly Lock[];
  readonly production: readonly Released[];
}

export interface GovernedFile {
  readonly path: string;
  /** Git's; `000000`: removed. */
  readonly mode: string;
  /** On the branch it goes into, as that stands now; where it left that branch; on its head. Absent: not there. */
  readonly before?: string;
  readonly left?: string;
  readonly after?: string;
}

/** Says what is missing, or merges exactly the head that was approved. */
export function planGoverned(facts: GovernedFacts, world: World): Effect[] {
  const reasons = [...whole(facts), ...facts.files.flatMap((file) => reasonsAgainst(file, facts, world))];
  const why = combine(reasons.length > 0 ? distinct(reasons) : [reason('pass', 'Approved: it is merged.', 'nobody')]);
  const { pull, head, files } = facts;
  const names = files.map(({ path }) => `\`${path}\``).join(', ');
  const body = marked(head, [`### ${names}`, renderWhy(why)].join('\n\n'));
  if (reasons.length > 0) return comment(body, facts);
  const message = `Approved by ${[...new Set(files.flatMap((file) => approvers(file, facts, world)))].join(', ')}.`;
  const title = `${files.length === 1 ? files[0]?.path : `${files.length} files`} (#${pull})`;
  return [...comment(body, facts), { kind: 'merge', pull, sha: head, title, message }];
}

function distinct(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((each) => [`${each.sentence} ${each.who}`, each])).values()];
}

function whole({ files }: GovernedFacts): Reason[] {
  return files.length === 0 ? [reason('permanently', 'It changes nothing.', 'its author')] : [];
}

function reasonsAgainst(file: GovernedFile, facts: GovernedFacts, world: World): Reason[] {
  const { path, mode, before, left } = file;
  const rule = ruleOf(path);
  const say = (sentence: string) => [reason('blocked by item', sentence, 'its author')];
  if (rule === undefined) return say(`\`${path}\` has no place in such a pull request.`);
  if (rule.onto !== facts.onto)
    return say(`\`${path}\` is changed on ${rule.onto === 'default' ? 'the default branch' : 'candidate'}.`);
  if (mode !== '100644' && mode !== '000000') return say(`\`${path}\` is no plain file.`);
  if (before !== left) return say(`\`${path}\` was changed there meanwhile: bring the branch up to date.`);
  const given = { file, facts, world, approvers: approvers(file, facts, world) };
  return [...rule.judge(given).flatMap(say), ...approval(rule, file, facts, world)];
}

function approval(rule: Rule, file: GovernedFile, facts: GovernedFacts, world: World): Reason[] {
  const who = rule.who(file, facts, world);
  const objecting = lastWords(facts).find(
    ({ verdict, by }) => verdict === 'changes_requested' && rule.may(by, file, facts, world),
  );
  if (objecting !== undefined)
    return [reason('blocked by item', `@${objecting.by.login} asked for changes.`, `@${objecting.by.login}`)];
  const missing = rule.approvals - approvers(file, facts, world).length;
  if (missing <= 0) return [];
  const more = rule.approvals === 1 ? 'an approval' : `${missing} of ${rule.approvals} approvals`;
  return [reason('needs approval', `It lacks ${more} of exactly this commit by somebody else than its author.`, who)];
}

/** Logins, lower case, of who approved exactly the present head and may do so. Nobody approves his own. */
function approvers(file: GovernedFile, facts: GovernedFacts, world: World): string[] {
  const rule = ruleOf(file.path);
  if (rule === undefined) return [];
  const given = lastWords(facts).filter(
    ({ verdict, commit, by }) =>
      verdict === 'approved' && commit === facts.head && by.login.toLowerCase() !== facts.author.toLowerCase(),
  );
  return given.filter(({ by }) => rule.may(by, file, facts, world)).map(({ by }) => by.login.toLowerCase());
}
