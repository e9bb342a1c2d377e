import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * `npm run publish [-- --check]`: the action publish-snapshot, by hand. What a workflow gives as inputs comes from options or the
 * environment: STORE, PUBLIC_URL, SIGNING_KEY, GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL.
 */
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    store: { type: 'string', default: process.env.STORE ?? '' },
    'public-url': { type: 'string', default: process.env.PUBLIC_URL ?? '' },
    workspace: { type: 'string', default: process.env.GITHUB_WORKSPACE ?? '.' },
  },
});
const inputs = {
  ...{ 'github-token': process.env.GITHUB_TOKEN ?? '', 'signing-key': process.env.SIGNING_KEY ?? '' },
  ...{
    store: /^(s3:.*)?$/.test(values.store) ? values.store : resolve(values.store),
    'public-url': values['public-url'],
  },
  check: String(values.check),
};
const lacking = ['GITHUB_TOKEN', 'GITHUB_REPOSITORY'].filter((name) => !process.env[name]);
if (lacking.length > 0) {
  console.error(`Set ${lacking.join(' and ')}: refs and labels are read from the forge.`);
  process.exit(2);
}
for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value;
process.env.GITHUB_WORKSPACE = resolve(values.workspace);
await import('../actions/publish-snapshot/main.ts');
