import { getInput, info, setOutput, warning } from '@actions/core';
import { runAction } from '#shell/action.ts';
import { collectInputs } from '#shell/closure/collect.ts';
import { sweepInputs } from '#shell/closure/sweep-inputs.ts';
import { type ForgeAccess, forgeAccess } from '#shell/github.ts';
import { publishReports } from '#shell/publish-reports.ts';
import type { Store } from '#shell/store.ts';
import { openStores } from '#shell/stores.ts';

/** Publish reports: the records of the candidate and what was rejected in, PDF and HTML beside the repositories out; and what closures were judged by. */
runAction(async () => {
  const forge = forgeAccess(getInput('github-token', { required: true }));
  const stores = await openStores(getInput('store', { required: true }));
  const server = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
  const where = {
    branch: getInput('branch') || 'candidate',
    pullUrl: `${server}/${forge.owner}/${forge.repo}/pull`,
    bot: `${getInput('app-slug') || 'umd-bot'}[bot]`,
  };
  const published = await Promise.all([publishReports(forge, stores.store, where), collected(forge, stores.store)])
    .then(async ([reports]) => {
      await swept(stores.store); // when the index says what the records name
      return reports;
    })
    .finally(stores.close);
  for (const { ppa, pdf } of published) info(`${ppa}: ${pdf}`);
  setOutput('published', JSON.stringify(published.map(({ ppa }) => ppa)));
});

/** What closures were judged by: nobody waits for it, and it comes with the next run when it cannot be had now. */
async function collected(forge: ForgeAccess, store: Store): Promise<void> {
  try {
    for (const key of await collectInputs(forge, store)) info(`New: ${key}`);
  } catch (cause) {
    warning(`What closures were judged by is not collected: ${(cause as Error).message}`);
  }
}

async function swept(store: Store): Promise<void> {
  const gone = (await sweepInputs(store, new Date())) ?? [];
  if (gone.length > 0) info(`${gone.length} files that closures were judged by, and nothing names, were removed.`);
}
