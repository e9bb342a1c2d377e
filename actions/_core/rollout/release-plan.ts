import { quoted, table } from '#core/intake/markdown.ts';
import { renderWhy } from '#core/why/why.ts';
import type { Annotation, CheckEffect, Effect, WordsEffect } from './effects.ts';
import type { ReleaseEvidence, Run, Trusted } from './evidence.ts';
import type { PullFacts } from './facts.ts';
import { comment, idToAnnotate } from './ppa-plan.ts';
import { whyOfProposal } from './release-why.ts';
import { mayStart } from './repeat.ts';
import { marked } from './sticky.ts';
import { wordsDigest } from './words.ts';

/** A release pull request: adds a release.xml. */
export interface ReleaseFacts extends PullFacts {
  /** Trusted, about the present head. */
  readonly evidence?: Trusted<ReleaseEvidence>;
  /** Trusted runs of check-release for it, newest first. */
  readonly runs: readonly Run[];
}

export const RELEASE_CHECK = 'check-release';

/** Evidence becomes check-run and comment; missing evidence is asked for. Whether to merge is the release team's decision. */
export function planRelease(facts: ReleaseFacts, now: Date): Effect[] {
  const { evidence, pull, runs, head } = facts;
  if (evidence !== undefined)
    return [...check(evidence.value, facts), ...comment(marked(head, wordsOf(evidence.value, facts)), facts)];
  const said = [...unchecked(facts), ...comment(marked(head, renderWhy(whyOfProposal(facts))), facts)];
  if (mayStart(runs, now).kind !== 'now') return said;
  const title = `${RELEASE_CHECK} ${pull}`;
  return [...said, { kind: 'dispatch', workflow: RELEASE_CHECK, title, inputs: { pull: String(pull) } }];
}

/** Until there is evidence the check-run says what it waits for: never a pass. */
function unchecked(facts: ReleaseFacts): WordsEffect[] {
  const { check: shown, head } = facts;
  const why = whyOfProposal(facts);
  const failed = why.verdict === 'cannot tell';
  const wanted = {
    ...(failed ? { conclusion: 'failure' as const } : {}),
    ...{ title: failed ? 'no result' : 'not checked yet', summary: renderWhy(why) },
  };
  if (shown !== undefined && wordsDigest(shown) === wordsDigest(wanted)) return [];
  const id = shown === undefined ? {} : { id: shown.id };
  return [{ kind: 'words', ...id, sha: head, name: RELEASE_CHECK, ...wanted }];
}

/** The why record first, in the words of `why.json`, then the whole finding. */
function wordsOf(evidence: ReleaseEvidence, facts: ReleaseFacts): string {
  return `${renderWhy(whyOfProposal(facts))}\n\n${bodyOf(evidence)}`;
}

function check(evidence: ReleaseEvidence, facts: ReleaseFacts): CheckEffect[] {
  const { check: shown, head, pull } = facts;
  const conclusion = evidence.conclusion === 'pass' && evidence.faults.length === 0 ? 'success' : 'failure';
  const wanted = { conclusion, title: titleOf(evidence), summary: wordsOf(evidence, facts), text: '' } as const;
  const same =
    shown?.conclusion === conclusion && shown.title === wanted.title && shown.summary.trim() === wanted.summary.trim();
  if (same) return [];
  const annotations = annotationsOf(evidence);
  return [{ kind: 'check', pull, ...idToAnnotate(shown), sha: head, name: RELEASE_CHECK, ...wanted, annotations }];
}

function titleOf({ faults, ppas }: ReleaseEvidence): string {
  return faults.length > 0 ? `${faults.length} faults` : `${ppas.length} PPAs`;
}

/** Only what has a place in a file; the forge takes 50 at a time. */
function annotationsOf({ faults }: ReleaseEvidence): Annotation[] {
  return faults
    .flatMap(({ code, sentence, hint, where }) =>
      where?.file === undefined || where.line === undefined
        ? []
        : [{ path: where.file, line: where.line, title: code, message: `${sentence} ${hint}` }],
    )
    .slice(0, 50);
}

/** A preview of the PPAs, or every fault with its file and line. */
function bodyOf({ faults, ppas, conclusion }: ReleaseEvidence): string {
  if (faults.length > 0) {
    const rows = faults.map(({ code, sentence, hint, where }) => [
      quoted([where?.file ?? '', where?.line ?? '', where?.column ?? ''].filter((part) => part !== '').join(':')),
      `\`${quoted(code)}\``,
      quoted(sentence),
      quoted(hint),
    ]);
    return ['### check-release: refused', table(['where', 'code', 'what is wrong', 'what to do'], rows)].join('\n\n');
  }
  if (conclusion === 'fail') return '### check-release: refused\n\nThe check failed without naming a fault.';
  const rows = ppas.map(({ name, platform, type, packages }) => [
    quoted(name),
    quoted(platform),
    quoted(type),
    String(packages),
  ]);
  const next = 'When the release team merges this, the bouncer opens one pull request per PPA.';
  return ['### check-release: passed', table(['PPA', 'platform', 'type', 'packages'], rows), next].join('\n\n');
}
