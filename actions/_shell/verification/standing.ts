import { verificationArtifact, verificationEvidence } from '#core/rollout/evidence.ts';
import type { VerificationEvidence } from '#core/verification/evidence.ts';
import type { ForgeAccess } from '#shell/github.ts';
import { evidenceNamed, trustedRuns } from '#shell/github-runs.ts';
import type { Subject } from './subject.ts';

/** The newest evidence about this very lock that came to a result, of believed runs only; undefined when there is none. */
export async function standingEvidence(
  forge: ForgeAccess,
  { lock, pull, digest }: Subject,
): Promise<VerificationEvidence | undefined> {
  const { data } = await forge.octokit.rest.repos.get({ owner: forge.owner, repo: forge.repo });
  const runs = await trustedRuns(forge, 'verify-ppa', data.default_branch);
  const raw = await evidenceNamed(forge, verificationArtifact(lock.ppa, digest), runs);
  return raw
    .map(({ value }) => verificationEvidence(value, { ppa: lock.ppa, pull, lock: digest }))
    .find((evidence) => evidence !== undefined && evidence.conclusion !== 'error');
}
