import { getInput, info, setOutput } from '@actions/core';
import { checkRelease } from '#core/release/check/check.ts';
import { reportOf } from '#core/release/check/report.ts';
import type { ReleaseEvidence } from '#core/rollout/evidence.ts';
import { annotateFaults, numberInput, runAction } from '#shell/action.ts';
import { writeEvidence, writeSummary } from '#shell/evidence.ts';
import { forgeAccess } from '#shell/github.ts';
import { readCheckFacts } from '#shell/release-facts.ts';
import { readReleasePull } from '#shell/release-pull.ts';

/** Check release: a pull request in, all its faults or its PPAs out. The decision itself lives in #core/release/check. */
runAction(async () => {
  const pull = numberInput('pull-request');
  const forge = forgeAccess(getInput('github-token', { required: true }));
  const checkout = { root: process.env.GITHUB_WORKSPACE ?? '.' };

  const read = await readReleasePull(forge, pull);
  const checked = checkRelease(await readCheckFacts(forge, checkout, read));

  const { conclusion, faults, ppas } = checked;
  const evidence: ReleaseEvidence = { kind: 'release-check', pull, sha: read.sha, conclusion, faults, ppas };
  info(`#${pull} at ${read.sha}: ${conclusion}, ${faults.length} faults, ${ppas.length} PPAs`);
  annotateFaults(faults);
  await writeSummary(reportOf(checked, pull));
  setOutput('evidence', await writeEvidence(evidence));
  setOutput('sha', read.sha);
  setOutput('conclusion', conclusion);
});
