import { getInput, info, setFailed, setOutput } from '@actions/core';
import { refusal } from '#core/fault-codes.ts';
import { ppaOfEmergency } from '#core/rollout/emergency.ts';
import { candidateArtifact } from '#core/rollout/evidence.ts';
import { worstOf } from '#core/verification/candidate.ts';
import type { CandidateEvidence, CandidatePlatform } from '#core/verification/evidence.ts';
import { runAction, urlInput } from '#shell/action.ts';
import { runAsRoot } from '#shell/as-root.ts';
import { writeEvidence, writeSummary } from '#shell/evidence.ts';
import { forgeAccess } from '#shell/github.ts';
import { readDistributions } from '#shell/intake-config.ts';
import { readCandidate, tryCandidate, withdrawnLocks } from '#shell/verification/candidate.ts';
import { handOn } from '#shell/verification/closure.ts';
import { publishedState } from '#shell/verification/repositories.ts';
import { summaryOf } from './summary.ts';

const CANDIDATE = 'candidate';

/** Compose release: the frozen candidate, whole, on every platform of the lane. */
const run = async (): Promise<void> => {
  const name = getInput('lane', { required: true });
  const publicUrl = urlInput('public-url');
  const branch = getInput('branch') || CANDIDATE;
  const alone = ppaOfEmergency(branch) !== undefined;
  if (branch !== CANDIDATE && !alone)
    throw refusal('INPUT_INVALID', `Input branch is "${branch}"; candidate and emergency/<PPA> are tested.`);
  const forge = forgeAccess(getInput('github-token', { required: true }));
  const checkout = process.env.GITHUB_WORKSPACE ?? '.';
  const [{ commit, locks }, distributions, state] = await Promise.all([
    readCandidate(forge, branch),
    readDistributions({ root: checkout }),
    publishedState(publicUrl),
  ]);
  const lanes = distributions.flatMap(({ distribution, majors, platforms, withdrawn }) =>
    majors.map((each) => ({ lane: { distribution, major: each.major }, each, platforms, withdrawn })),
  );
  const found = lanes.find(({ lane }) => `${lane.distribution}-${lane.major}` === name);
  if (found === undefined)
    throw refusal('INPUT_INVALID', `Input lane is "${name}"; repos/*.yml declares no such lane.`);

  info(`${name} at ${commit}: ${locks.length} locks, ${found.each.platforms.length} platforms`);
  const platforms: CandidatePlatform[] = [];
  const withdrawn = await withdrawnLocks(forge, found.lane, found);
  const now = new Date();
  const queue = [...found.each.platforms];
  const work = async (): Promise<void> => {
    for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
      const platform = found.platforms[key];
      const say = (line: string): void => info(`${key}: ${line}`);
      if (platform !== undefined)
        platforms.push(
          await tryCandidate({
            lane: found.lane,
            platform,
            locks,
            state,
            alone,
            publicUrl,
            checkout,
            withdrawn,
            now,
            say,
          }),
        );
    }
  };
  await Promise.all([work(), work()]);

  platforms.sort((left, right) => (left.platform < right.platform ? -1 : 1));
  const evidence: CandidateEvidence = {
    kind: 'candidate',
    lane: name,
    commit,
    conclusion: worstOf(platforms),
    platforms,
  };
  await writeSummary(summaryOf(evidence));
  setOutput('conclusion', evidence.conclusion);
  setOutput('evidence', await writeEvidence(evidence));
  setOutput('name', candidateArtifact(name, commit));
  const inputs = platforms.flatMap(({ closure }) => closure?.inputs ?? []);
  setOutput('closure-inputs', await handOn(inputs, publicUrl, info));
  if (evidence.conclusion === 'error')
    setFailed('The environment failed; the candidate is not judged and tried again.');
};

runAction(() => runAsRoot(run));
