import { endGroup, getInput, info, setFailed, setOutput, startGroup } from '@actions/core';
import { criteriaFor } from '#core/criteria/applied.ts';
import { ofMajor } from '#core/criteria/versions.ts';
import { refusal } from '#core/fault-codes.ts';
import { lockPlace } from '#core/repository/lock-place.ts';
import { verificationArtifact } from '#core/rollout/evidence.ts';
import type { VerificationEvidence } from '#core/verification/evidence.ts';
import { mergeRow } from '#core/verification/merge.ts';
import { listInput, numberInput, quoted, runAction, urlInput } from '#shell/action.ts';
import { runAsRoot } from '#shell/as-root.ts';
import { readCriteria } from '#shell/criteria.ts';
import { writeEvidence, writeSummary } from '#shell/evidence.ts';
import { forgeAccess, forgeNow } from '#shell/github.ts';
import { readDistributions, readProductCard } from '#shell/intake-config.ts';
import { handOn } from '#shell/verification/closure.ts';
import { standingEvidence } from '#shell/verification/standing.ts';
import { stopwatch } from '#shell/verification/stopwatch.ts';
import { readSubject } from '#shell/verification/subject.ts';
import { verify } from '#shell/verification/verify.ts';
import { criterionInput } from './criterion-input.ts';
import { summaryOf } from './summary.ts';

/** Verify PPA: the lock at the pull request's head, everything else from the default branch. Checks are in #core/criteria. */
const run = async (): Promise<void> => {
  const pull = numberInput('pull-request');
  const publicUrl = urlInput('public-url');
  const allow = listInput('allow');
  const forge = forgeAccess(getInput('github-token', { required: true }));
  const checkout = process.env.GITHUB_WORKSPACE ?? '.';
  const [startedAt, subject, distributions, known] = await Promise.all([
    forgeNow(forge),
    readSubject(forge, pull),
    readDistributions({ root: checkout }),
    readCriteria(checkout),
  ]);
  const { lane, os, arch } = lockPlace(subject.lock);
  const declared = distributions.find(({ distribution }) => distribution === lane.distribution);
  const platform = declared?.platforms[`${os}/${arch}`];
  if (platform === undefined) throw refusal('VERIFICATION_MISPLACED', `repos/*.yml declares no ${os}/${arch}.`);
  const card = await readProductCard({ root: checkout }, subject.lock.product);
  const all = criteriaFor(ofMajor(known, lane.major), card.profiles);
  const only = criterionInput('criterion', all);
  const before = only === undefined ? undefined : await standingEvidence(forge, subject);
  if (only !== undefined && before === undefined) info(`Nothing stands yet beside ${only}: all criteria are tried.`);
  const criteria = before === undefined ? all : all.filter(({ criterion }) => criterion.id === only);

  const { ppa } = subject.lock;
  info(`${ppa} on ${platform.title}, ${criteria.length} criteria`);
  const day = startedAt.toISOString().slice(0, 10);
  const watch = stopwatch(info);
  const outcome = await verify({
    subject,
    platform,
    card,
    criteria,
    known,
    publicUrl,
    allow,
    checkout,
    now: new Date(),
    day,
    say: watch.say,
  });
  watch.stop();

  for (const { criterion, log } of outcome.rows.filter((row) => row.log !== '')) {
    startGroup(`evidence of ${criterion}`);
    info(quoted(log));
    endGroup();
  }
  const found: VerificationEvidence = {
    ...{ kind: 'verification', ppa, pull, lock: subject.digest, snapshot: outcome.snapshot },
    environment: { ...platform.environment, platform: `${os}/${arch}` },
    conclusion: outcome.conclusion,
    rows: outcome.rows.map(({ log: _, ...row }) => row),
    ...(outcome.closures === undefined ? {} : { closures: outcome.closures }),
    startedAt: startedAt.toISOString(),
    finishedAt: (await forgeNow(forge)).toISOString(),
  };
  const product = card.product;
  const evidence =
    before === undefined || only === undefined
      ? found
      : mergeRow(before, found, { criterion: only, waivers: known.waivers, product, day });
  await writeSummary(summaryOf(evidence, platform.title, outcome.error));
  setOutput('conclusion', evidence.conclusion);
  setOutput('evidence', await writeEvidence(evidence));
  setOutput('name', verificationArtifact(ppa, subject.digest));
  const inputs = (outcome.closures ?? []).map((closure) => closure.inputs);
  setOutput('closure-inputs', await handOn(inputs, publicUrl, info));
  if (outcome.error !== undefined) setFailed(`${outcome.error} The product is not judged; the check is tried again.`);
};

runAction(() => runAsRoot(run));
