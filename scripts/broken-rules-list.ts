/** One rule of the rollout, and how it is broken: a text of its source, and what stands there instead. */
export interface BrokenRule {
  readonly says: string;
  /** Below `actions/_core`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
}

const rule = (says: string, file: string, from: string, to: string): BrokenRule => ({ says, file, from, to });

/** What the histories must see when it does not hold. */
export const RULES: readonly BrokenRule[] = [
  rule('missing machine evidence passes', 'rollout/verified.ts', '...tested(given), ', ''),
  rule('no approval is wanted', 'rollout/verified.ts', ', ...approved(given)]', ']'),
  rule(
    'a branch may bring other files',
    'rollout/verified.ts',
    'facts.foreign.length === 0',
    'facts.foreign.length >= 0',
  ),
  rule('a verifier of the provider approves', 'rollout/approval.ts', ' && !isPartial(world, facts, by),', ','),
  rule(
    'an approval is about whatever comes later',
    'rollout/approval.ts',
    'facts.contentAt[commit] === content && ',
    '',
  ),
  rule('an approval outlives a setback', 'rollout/approval.ts', '!reviewsPast.includes(id) && ', ''),
  rule('a rejecting report stops nothing', 'rollout/rolled-out.ts', 'if (against.length > 0) return against;', ''),
  rule('early adopters need not report', 'rollout/rolled-out.ts', 'missing.length === 0 ||', 'missing.length >= 0 ||'),
  rule(
    'what is held moves',
    'rollout/reasons.ts',
    '...held(given), ...verified(given), ...rolledOut(given)];\n}',
    '...verified(given), ...rolledOut(given)];\n}',
  ),
  rule(
    'a frozen candidate takes more in',
    'rollout/reasons.ts',
    'if (!is || release === undefined) return [];',
    'if (is || !is) return [];',
  ),
  rule(
    'an emergency needs no confirmation',
    'rollout/standing.ts',
    'return urgent?.confirmedBy !== undefined;',
    'return urgent !== undefined;',
  ),
  rule(
    'whoever asked for an emergency confirms it',
    'rollout/grant-emergency.ts',
    'if (login === urgent.askedBy.toLowerCase())',
    'if (login === "")',
  ),
  rule(
    'the provider confirms its own emergency',
    'rollout/grant-emergency.ts',
    'if (isPartial(world, facts, request.by))',
    'if (isPartial(world, facts, { ...request.by, login: "" }))',
  ),
  rule(
    'anybody declares an emergency',
    'rollout/grant-emergency.ts',
    "const denied = only(hearing, ['release-team']);",
    "const denied = only(hearing, ['release-team']) && undefined;",
  ),
  rule(
    'a confirmation outlives another lock',
    'rollout/moves.ts',
    'urgent: asked as Urgency }',
    'urgent: kept.urgent as Urgency }',
  ),
  rule(
    'an emergency brings the candidate along',
    'rollout/emergency-plan.ts',
    'parents: [heads.main],',
    'parents: [heads.candidate],',
  ),
  rule(
    'what was released alone is not brought into the candidate',
    'rollout/emergency-plan.ts',
    'if (released && apart !== undefined) {',
    'if (released && apart !== undefined && ppa === "") {',
  ),
  rule(
    'what was released alone stays in testing',
    'repository/contents.ts',
    '[...candidate, ...tags.flatMap(({ locks }) => locks)]',
    '[...candidate]',
  ),
  rule(
    'anybody tags a release',
    'rollout/tag-judgement.ts',
    'managers.includes(creator.toLowerCase()) ? []',
    'managers.length >= 0 ? []',
  ),
  rule(
    'what was not tested whole is released',
    'rollout/tag-judgement.ts',
    'if (tested === undefined) return [',
    'if (tested === undefined) return []; if (tested === undefined) return [',
  ),
  rule(
    'a release needs no freeze',
    'rollout/tag-judgement.ts',
    '...(frozen ? [] : [refused(`${laneName(lane)} is not frozen',
    '...(frozen || !frozen ? [] : [refused(`${laneName(lane)} is not frozen',
  ),
  rule('a release needs no texts', 'rollout/tag-judgement.ts', '    ...ofTexts(given, tag),\n', ''),
  rule(
    'an exception is approved by its own author',
    'rollout/governed.ts',
    ' && by.login.toLowerCase() !== facts.author.toLowerCase(),',
    ',',
  ),
  rule(
    'strangers approve what governs',
    'rollout/governed.ts',
    'given.filter(({ by }) => rule.may(by, file, facts, world))',
    'given',
  ),
  rule('an approval covers what is pushed after it', 'rollout/governed.ts', 'commit === facts.head && ', ''),
  rule(
    'an exception lets another lock through',
    'rollout/excepted.ts',
    "if (lock !== standing.lock) return 'is about another lock';",
    '',
  ),
  rule(
    'what is withdrawn comes back by a pull request',
    'rollout/governed-rollback.ts',
    '    ...returning.map((ppa) => `${ppa} was withdrawn; it does not come back, a new version may.`),\n',
    '',
  ),
  rule(
    'what is withdrawn stays in the candidate',
    'rollout/list-commands.ts',
    "leaving.set(ppa, 'Withdrawn from production.');",
    'void ppa;',
  ),
  rule('what is withdrawn is still served', 'repository/contents.ts', ' && !withdrawn.has(lock.ppa));', ');'),
];
