import { getInput, info, setOutput, setSecret, summary, warning } from '@actions/core';
import { fault, refusal, throwAll } from '#core/fault-codes.ts';
import { wantedRepositories } from '#core/repository/wanted.ts';
import { renderWhyFile, WHY_FILE } from '#core/rollout/why-file.ts';
import { booleanInput, runAction } from '#shell/action.ts';
import { forgeAccess } from '#shell/github.ts';
import { readMemory } from '#shell/github-memory.ts';
import { readDistributions } from '#shell/intake-config.ts';
import { type Published, publish } from '#shell/publish.ts';
import { chosenSigner } from '#shell/signer-choice.ts';
import type { Store } from '#shell/store.ts';
import { openStores } from '#shell/stores.ts';
import { furtherKeys, providerKeys } from './provider-keys.ts';
import { renewReleasePackages, withReleasePackages } from './release-packages.ts';
import { summaryRows } from './summary.ts';
import { readWanted } from './wanted.ts';

/** Publish snapshot: refs and pull requests in, repositories out. What belongs where, lives in #core/repository. */
runAction(async () => {
  const secretKey = getInput('signing-key');
  if (secretKey !== '' && process.env.GITHUB_ACTIONS === 'true') setSecret(secretKey); // by hand it would be shown
  const token = getInput('github-token', { required: true });
  const root = getInput('store', { required: true });
  const publicUrl = urlInput('public-url');
  const checkout = { root: process.env.GITHUB_WORKSPACE ?? '.' };
  const distributions = await readDistributions(checkout);
  const bot = `${getInput('app-slug') || 'umd-bot'}[bot]`;
  const stores = await openStores(root);
  const { store, pool, cache } = stores;
  const further = await furtherKeys(checkout);
  const readAll = async () => {
    const { refs, unread, advisories } = await readWanted(forgeAccess(token), token, distributions, bot);
    for (const title of unread) warning(`${title} is in no repository: its label or its lock cannot be read.`);
    return { wanted: wantedRepositories(refs), advisories };
  };

  if (booleanInput('check')) {
    const compared = async () => {
      const wanted = await withReleasePackages((await readAll()).wanted, distributions, { store, pool });
      const packageKeys = await providerKeys(checkout, wanted, warning);
      const { checkAll } = await import('#shell/publish-check-files.ts'); // who publishes need not load it
      return checkAll(wanted, { store, pool, publicUrl, distributions, packageKeys, furtherKeys: further });
    };
    const differences = await compared().finally(stores.close);
    setOutput('changed', '[]');
    throwAll(differences.map((sentence) => fault('PUBLISHED_DIFFERS', sentence)));
    return;
  }
  const signer = await chosenSigner({ secretKey, fingerprint: getInput('signing-fingerprint') }, new Date());
  for (const sentence of signer.warnings)
    warning(`${sentence} Make a new one now, and let umd-release bring it to the sites first.`);
  try {
    const published = await stores.alone(async () => {
      const { wanted, advisories } = await readAll(); // after another publisher, so never older than what it showed
      const packageKeys = await providerKeys(checkout, wanted, warning);
      const now = new Date();
      const keys = { packageKeys, furtherKeys: further };
      const hands = { store, pool, cache, signer, publicUrl, now, distributions, ...keys, advisories };
      const whole = () => withReleasePackages(wanted, distributions, hands);
      let made = await publish(await whole(), hands);
      const heads = made.state.shown.map(({ head }) => head);
      const renewed = await renewReleasePackages(heads, distributions, hands, warning);
      for (const file of renewed) info(`New: ${file}`);
      if (renewed.length > 0) made = merged(made, await publish(await whole(), hands));
      const swept = await stores.sweep(made.state, now);
      // Once a day, and it loads what else only the intake needs.
      if (swept !== undefined) await (await import('#shell/publish-lasting.ts')).letKeptLast(heads, { store, signer });
      if (swept !== undefined && swept.length > 0)
        info(`${swept.length} old snapshots and objects that nothing wants were removed.`);
      return made;
    }, warning);
    setOutput('changed', JSON.stringify(published.changed));
    await putWhys(token, stores.store);
    await summary.addHeading('Published repositories', 3).addTable(summaryRows(published)).write();
    throwAll(published.faults);
  } finally {
    await signer.close();
    await stores.close();
  }
});

/** The second of two goes at one run: its state, and what either changed. */
function merged(first: Published, second: Published): Published {
  return { ...second, changed: [...new Set([...first.changed, ...second.changed])] };
}

/** What the reconciler said last of each open PPA; repositories do not wait for it. */
async function putWhys(token: string, store: Store): Promise<void> {
  try {
    const access = forgeAccess(token);
    const { data } = await access.octokit.rest.repos.get({ owner: access.owner, repo: access.repo });
    const memory = await readMemory(access, data.default_branch);
    const text = memory === undefined ? undefined : renderWhyFile(memory);
    if (text !== undefined && (await store.read(WHY_FILE))?.toString() !== text)
      await store.put(WHY_FILE, text, 'pointer');
  } catch (cause) {
    warning(`${WHY_FILE} stays as it is: ${(cause as Error).message}`);
  }
}

function urlInput(name: string): string {
  const url = getInput(name, { required: true });
  if (/^https?:\/\/[^\s/]+(\/[^\s]*[^\s/])?$/.test(url)) return url;
  throw refusal('STORE_INVALID', `Input ${name} is "${url}", not an http(s) address without slash at its end.`);
}
