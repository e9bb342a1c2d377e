import { getInput, info, setOutput } from '@actions/core';
import { throwAll } from '#core/fault-codes.ts';
import { knownPpas, unlabelled, unsplitReleases } from '#core/intake/unsplit.ts';
import { booleanInput, listInput, numberInput, runAction } from '#shell/action.ts';
import { forgeAccess, forgeNow } from '#shell/github.ts';
import { readDistributions } from '#shell/intake-config.ts';
import { listPulls, readHead } from '#shell/intake-forge.ts';
import { relabel } from './relabel.ts';
import { type SplitOutcome, splitRelease } from './split.ts';

/** Split release: what is on candidate without PPAs is taken in and opened. What that is, lives in #core/intake. */
runAction(async () => {
  const forge = forgeAccess(getInput('github-token', { required: true }));
  const checkout = { root: process.env.GITHUB_WORKSPACE ?? '.' };
  const branch = getInput('branch') || 'candidate';
  const dryRun = booleanInput('dry-run');
  const [head, pulls, distributions, asked] = await Promise.all([
    readHead(forge, branch),
    listPulls(forge, branch),
    readDistributions(checkout),
    forgeNow(forge),
  ]);
  const known = knownPpas(head.files, pulls);
  const context = {
    ...{ forge, checkout, branch, head, pulls, known, distributions, asked, dryRun },
    store: getInput('store', { required: true }),
    allow: listInput('allow'),
    limits: { bytes: numberInput('limit-megabytes') * 1e6, milliseconds: numberInput('limit-seconds') * 1e3 },
    retry: booleanInput('retry'),
    now: new Date(),
    say: info,
  };

  if (!dryRun) await relabel(unlabelled(pulls), context);
  const outcomes: SplitOutcome[] = [];
  for (const release of unsplitReleases(head.files, pulls)) outcomes.push(await splitRelease(release, context));

  setOutput('opened', JSON.stringify(outcomes.flatMap((each) => (each.kind === 'opened' ? each.ppas : []))));
  setOutput(
    'refused',
    JSON.stringify(outcomes.flatMap((each) => ('faults' in each || each.kind === 'waits' ? [each.folder] : []))),
  );
  throwAll(outcomes.flatMap((each) => ('faults' in each ? each.faults : [])));
});
