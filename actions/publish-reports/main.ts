import { getInput, info, setOutput } from '@actions/core';
import { runAction } from '#shell/action.ts';
import { forgeAccess } from '#shell/github.ts';
import { publishReports } from '#shell/publish-reports.ts';
import { openStores } from '#shell/stores.ts';

/** Publish reports: the records of the candidate in, PDF and HTML beside the repositories out. */
runAction(async () => {
  const forge = forgeAccess(getInput('github-token', { required: true }));
  const stores = await openStores(getInput('store', { required: true }));
  const server = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
  const where = { branch: getInput('branch') || 'candidate', pullUrl: `${server}/${forge.owner}/${forge.repo}/pull` };
  const published = await publishReports(forge, stores.store, where).finally(stores.close);
  for (const { ppa, pdf } of published) info(`${ppa}: ${pdf}`);
  setOutput('published', JSON.stringify(published.map(({ ppa }) => ppa)));
});
