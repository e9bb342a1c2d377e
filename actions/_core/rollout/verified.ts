import { dayOf } from '#core/calendar/day.ts';
import { waiverEnd } from '#core/criteria/waivers.ts';
import { quoted } from '#core/intake/markdown.ts';
import { lockDigest } from '#core/ppa/lock.ts';
import { complete } from '#core/verification/complete.ts';
import { fillRows, saysTheSame } from '#core/verification/fill.ts';
import { type Referred, unfounded } from '#core/verification/referred.ts';
import { criticalFailures, parseVerification, type Verification } from '#core/verification/verification.ts';
import { NOBODY, type Reason } from '#core/why/why.ts';
import { approvalOf } from './approval.ts';
import { type Case, reason } from './case.ts';
import { contradictionIn } from './evidence.ts';
import { teamsOf } from './people.ts';
import { isUrgent } from './standing.ts';
import { attemptsLeft, isServed } from './verify.ts';

/** Evidence, report and approval, each about the present content (design.md section 3). Missing evidence is never a pass. */
export function verified(given: Case): Reason[] {
  const { facts, standing } = given;
  if (facts.lock === undefined || lockDigest(facts.lock.text) !== standing.lock)
    return [reason('cannot tell', 'The lock cannot be read.', 'the release team')];
  return [...alone(given), ...tested(given), ...waived(given), ...reported(given), ...approved(given)];
}

/** A waiver counts on the day of the approval, not only on that of the verification. What is in staged rollout was approved. */
function waived({ standing, facts, world }: Case): Reason[] {
  if (standing.state !== 'in-verification') return [];
  const today = dayOf(world.now);
  const over = (standing.evidence?.value.rows ?? []).flatMap(({ criterion, waiver = '' }) => {
    const end = waiverEnd(waiver);
    return end !== undefined && end < today ? [`that of ${criterion} ended on ${end}`] : [];
  });
  const verifiers = teamsOf(world, facts.lane, ['verifier']);
  const said = `Waivers are past their end: ${over.join(', ')}.`;
  return when(over.length > 0, 'blocked by item', said, `${verifiers} (\`/rerun\`, once it is renewed or mended)`);
}

/** A merge takes the whole branch in, so the branch holds nothing but the PPA's own three files. */
function alone({ facts }: Case): Reason[] {
  if (facts.foreign.length === 0) return [];
  const some = facts.foreign.slice(0, 5).map((path) => `\`${path.replaceAll('`', "'")}\``);
  return [reason('blocked by item', `The branch changes other files: ${some.join(', ')}.`, 'whoever pushed them')];
}

function tested(given: Case): Reason[] {
  const { standing, facts, world } = given;
  const verifiers = teamsOf(world, facts.lane, ['verifier']);
  if (standing.evidence !== undefined) {
    const wrong = contradictionIn(standing.evidence.value);
    const said = `The automated verification contradicts itself: ${wrong}.`;
    return when(wrong !== undefined, 'cannot tell', said, `${verifiers} (\`/rerun\`)`);
  }
  const failed = 'The automated verification failed three times without a result.';
  if (!attemptsLeft(given)) return [reason('cannot tell', failed, `${verifiers} (\`/rerun\`)`)];
  const served = isServed(given);
  return [
    ...when(served, 'temporarily', 'The automated verification is not done yet.', NOBODY),
    ...when(!served, 'temporarily', 'Its packages are not in untested yet.', NOBODY),
  ];
}

function reported({ standing, facts, world }: Case): Reason[] {
  const who = standing.verifier === undefined ? teamsOf(world, facts.lane, ['verifier']) : `@${standing.verifier}`;
  const file = facts.verification;
  if (file === undefined) return [reason('cannot tell', 'There is no verification.yml.', who)];
  const { value, faults } = parseVerification(file.text, { file: file.path });
  const said = quoted(faults.map(({ sentence }) => sentence).join(' '));
  if (value === undefined) return [reason('cannot tell', `verification.yml cannot be read: ${said}`, who)];
  const unfilled =
    standing.evidence !== undefined && !saysTheSame(file.text, fillRows(file.text, standing.evidence.value), file.path);
  return [
    ...when(unfilled, 'temporarily', 'The automated results are being written into verification.yml.', NOBODY),
    ...when(value.ppa !== facts.ppa, 'cannot tell', `verification.yml is about ${value.ppa}.`, who),
    ...answered(isUrgent(standing) ? shortened(value) : value, who),
    ...founded(isUrgent(standing) ? shortened(value) : value, facts.referred ?? new Map(), who),
  ];
}

/** domain.md section 4, "case by case": of an emergency only the critical criteria must be answered. */
function shortened(report: Verification): Verification {
  return { ...report, rows: report.rows.filter(({ critical }) => critical) };
}

/** domain.md section 3: In Verification → StagedRollout when the report is complete and no critical criterion fails. */
function answered(report: Verification, who: string): Reason[] {
  const lacks = complete(report);
  const failing = criticalFailures(report).map(({ criterion }) => criterion);
  const ways = 'It can only wait (`/waiting #<issue>`) or be rejected (`/reject <reason>`).';
  const rejected = report.outcome === 'rejected' && failing.length === 0;
  return [
    ...when(lacks.length > 0, 'waiting for item', `verification.yml is not complete: ${lacks.join(' ')}`, who),
    ...when(failing.length > 0, 'blocked by item', `Critical criteria fail: ${failing.join(', ')}. ${ways}`, who),
    ...when(rejected, 'blocked by item', 'The verifier’s outcome is: rejected (`/reject <reason>`).', who),
  ];
}

/** domain.md section 4, "already verified": by a report that is there and says so. */
function founded(report: Verification, referred: Referred, who: string): Reason[] {
  const wrong = unfounded(report, referred).map(({ code, sentence }) => `${code}: ${sentence}`);
  const said = quoted(`verification.yml refers to reports that do not hold. ${wrong.join(' ')}`);
  return when(wrong.length > 0, 'waiting for item', said, who);
}

function when(holds: boolean, ...said: Parameters<typeof reason>): Reason[] {
  return holds ? [reason(...said)] : [];
}

function approved(given: Case): Reason[] {
  const approval = approvalOf(given);
  const who = teamsOf(given.world, given.facts.lane, ['verifier']);
  if (approval.kind === 'approved') return [];
  if (approval.kind === 'objected')
    return [reason('blocked by item', `@${approval.by} asked for changes.`, `@${approval.by}`)];
  return [reason('needs approval', approval.sentence, who)];
}
